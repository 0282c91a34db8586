package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.DedicatedConnection;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Tells those who wait for a lease of another node that it has ended. Whoever ends one
 * publishes its key to the waiters that stand in it, each in the channel of its node. The
 * one connection for that is opened when this node waits for the first time.
 */
final class Mailbox {

	private static final Log logger = LogFactory.getLog(Mailbox.class);

	/** How often to look while the connection is not there yet. */
	private static final Duration UNTIL_OPEN = Duration.ofMillis(20);

	/** How often to look all the same, because a message can be lost. */
	private static final Duration WHILE_OPEN = Duration.ofMillis(250);

	private final RedisGateway gateway;

	private final String channels;

	private final Executor executor;

	private final String node = "%016x".formatted(ThreadLocalRandom.current().nextLong());

	private final Map<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();

	/** From the first wait to the end; {@code null} while there is no connection. */
	private @Nullable Object opening;

	private boolean closed;

	private volatile @Nullable DedicatedConnection connection;

	Mailbox(RedisGateway gateway, KeySpace root, Executor executor) {
		this.gateway = gateway;
		this.channels = root.channel("cache-node") + ":";
		this.executor = executor;
	}

	/**
	 * What stands before the name of a node in its channel.
	 * @return the beginning of all channels
	 */
	String channels() {
		return this.channels;
	}

	/**
	 * Be told from now on when a lease ends.
	 * @param key the key of the entry
	 * @return the waiter
	 */
	Waiter register(String key) {
		Waiter waiter = new Waiter(key);
		this.waiters.computeIfAbsent(key, (none) -> ConcurrentHashMap.newKeySet()).add(waiter);
		return waiter;
	}

	private void unregister(Waiter waiter) {
		this.waiters.computeIfPresent(waiter.key, (key, set) -> {
			set.remove(waiter);
			return set.isEmpty() ? null : set;
		});
	}

	private void delivered(byte[] key) {
		Set<Waiter> told = this.waiters.get(new String(key, StandardCharsets.UTF_8));
		if (told != null) {
			told.forEach(Waiter::tell);
		}
	}

	private synchronized void connect() {
		if (this.opening == null && !this.closed) {
			Object begun = new Object();
			this.opening = begun;
			this.executor.execute(() -> connect(begun));
		}
	}

	private void connect(Object begun) {
		DedicatedConnection opened = null;
		try {
			opened = this.gateway.listen("redis-patterns-cache-waits", this.channels + this.node, this::delivered);
		}
		catch (RuntimeException ex) {
			logger.debug("Cannot listen for the end of leases, polling instead", ex);
		}
		if (!connected(begun, opened) && opened != null) {
			opened.close();
		}
	}

	private synchronized boolean connected(Object begun, @Nullable DedicatedConnection opened) {
		boolean wanted = begun == this.opening;
		if (wanted) {
			this.connection = opened;
			this.opening = (opened != null) ? begun : null;
		}
		return wanted;
	}

	/** Connect again where somebody waits, after {@link #close}. */
	synchronized void open() {
		this.closed = false;
	}

	void close() {
		DedicatedConnection open = silence();
		if (open != null) {
			open.close();
		}
	}

	private synchronized @Nullable DedicatedConnection silence() {
		DedicatedConnection open = this.connection;
		this.closed = true;
		this.opening = null;
		this.connection = null;
		return open;
	}

	/** Waits for the end of leases of one key. */
	final class Waiter {

		private final String key;

		private boolean told;

		private @Nullable Runnable then;

		private Waiter(String key) {
			this.key = key;
		}

		/**
		 * The name to leave in the lease.
		 * @return 16 characters, or nothing while there is no connection
		 */
		String name() {
			return (Mailbox.this.connection != null) ? Mailbox.this.node : "";
		}

		/**
		 * Wait.
		 * @param atMost how long at most
		 * @param then called once when told, or after that time, on any thread; must not
		 * block
		 */
		void await(Duration atMost, Runnable then) {
			if (Mailbox.this.connection == null) {
				connect();
			}
			Duration limit = (Mailbox.this.connection != null) ? WHILE_OPEN : UNTIL_OPEN;
			synchronized (this) {
				this.then = then;
			}
			Mailbox.this.gateway.timers().after((atMost.compareTo(limit) < 0) ? atMost : limit, this::run);
			runIfTold();
		}

		private void tell() {
			synchronized (this) {
				this.told = true;
			}
			runIfTold();
		}

		private void runIfTold() {
			synchronized (this) {
				if (!this.told || this.then == null) {
					return;
				}
			}
			run();
		}

		private void run() {
			Runnable next;
			synchronized (this) {
				next = this.then;
				this.then = null;
				this.told = false;
			}
			if (next != null) {
				next.run();
			}
		}

		void close() {
			unregister(this);
		}

	}

}
