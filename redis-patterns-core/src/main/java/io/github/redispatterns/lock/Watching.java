package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.KeyWatch;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Hears of changes of all locks over one connection, which is made when the first lock is
 * waited for or held for some time.
 */
final class Watching {

	private static final Log logger = LogFactory.getLog(Watching.class);

	private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

	private final RedisGateway gateway;

	private final Map<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();

	private final AtomicBoolean asked = new AtomicBoolean();

	private volatile @Nullable KeyWatch watch;

	private volatile boolean closed;

	Watching(RedisGateway gateway) {
		this.gateway = gateway;
	}

	/**
	 * The way to Redis whose reads are heard of when they change.
	 * @return nothing while that cannot be relied on
	 */
	@Nullable RedisGateway live() {
		KeyWatch present = this.watch;
		return (present != null && present.isLive()) ? present.gateway() : null;
	}

	/**
	 * Listen to a key, which must still be read over {@link #live}.
	 * @param key the key
	 * @param listener runs when the key may have changed, on a thread of the driver
	 */
	void listen(String key, Runnable listener) {
		this.listeners.compute(key, (same, present) -> {
			Set<Runnable> all = (present != null) ? present : ConcurrentHashMap.newKeySet();
			all.add(listener);
			return all;
		});
		if (this.watch == null && !this.closed && this.asked.compareAndSet(false, true)) {
			Thread thread = new Thread(this::open, "redis-patterns-lock-watch");
			thread.setDaemon(true);
			thread.start();
		}
	}

	void forget(String key, Runnable listener) {
		this.listeners.computeIfPresent(key, (same, present) -> {
			present.remove(listener);
			return present.isEmpty() ? null : present;
		});
	}

	private void open() {
		try {
			KeyWatch opened = this.gateway.watch("redis-patterns-lock", this::changed);
			this.watch = opened;
			if (this.closed) {
				opened.close();
			}
			// Its first news may have come before it could be seen.
			changed(null);
		}
		catch (RuntimeException ex) {
			logger.debug("No connection to watch locks over; trying again when one is needed", ex);
			if (!this.closed) {
				this.gateway.timers().after(TRY_AGAIN, () -> this.asked.set(false));
			}
		}
	}

	private void changed(@Nullable String key) {
		if (key == null) {
			this.listeners.values().forEach((all) -> all.forEach(Runnable::run));
			return;
		}
		Set<Runnable> interested = this.listeners.get(key);
		if (interested != null) {
			interested.forEach(Runnable::run);
		}
	}

	/** Undo {@link #close}. */
	void reopen() {
		this.closed = false;
		this.asked.set(false);
	}

	void close() {
		this.closed = true;
		KeyWatch present = this.watch;
		this.watch = null;
		if (present != null) {
			present.close();
		}
	}

}
