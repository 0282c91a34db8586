package io.github.redispatterns.cache;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Waits until it is known of each key whether it must be loaded, and then loads all of
 * those in one call. A key that is found to be missing only after that, because the node
 * that loaded it has failed, is loaded alone.
 */
final class BulkLoads {

	private final BulkLoader<Object, Object> loader;

	private final Executor executor;

	private final Set<String> undecided = new HashSet<>();

	private final Map<Object, CompletableFuture<@Nullable Object>> wanted = new LinkedHashMap<>();

	private boolean complete;

	private boolean started;

	/**
	 * Create the loads of some keys.
	 * @param loader loads them
	 * @param executor where it is called
	 */
	BulkLoads(BulkLoader<Object, Object> loader, Executor executor) {
		this.loader = loader;
		this.executor = executor;
	}

	/**
	 * A value may have to be loaded: wait until that is known.
	 * @param key its key in Redis
	 */
	void awaits(String key) {
		synchronized (this.wanted) {
			this.undecided.add(key);
		}
	}

	/**
	 * A value must be loaded.
	 * @param key its key in Redis
	 * @param userKey its key as the application knows it
	 * @return the value when it is loaded
	 */
	CompletableFuture<@Nullable Object> want(String key, Object userKey) {
		CompletableFuture<@Nullable Object> value = new CompletableFuture<>();
		boolean late;
		synchronized (this.wanted) {
			late = this.started;
			if (!late) {
				this.wanted.put(userKey, value);
			}
		}
		if (late) {
			load(Map.of(userKey, value));
		}
		else {
			decided(key);
		}
		return value;
	}

	/**
	 * A value need not be loaded, or not now.
	 * @param key its key in Redis
	 */
	void decided(String key) {
		synchronized (this.wanted) {
			this.undecided.remove(key);
		}
		startWhenDecided();
	}

	/** No other keys will be waited for. */
	void complete() {
		synchronized (this.wanted) {
			this.complete = true;
		}
		startWhenDecided();
	}

	private void startWhenDecided() {
		synchronized (this.wanted) {
			if (this.started || !this.complete || !this.undecided.isEmpty()) {
				return;
			}
			this.started = true;
		}
		if (!this.wanted.isEmpty()) {
			this.executor.execute(() -> load(this.wanted));
		}
	}

	private void load(Map<Object, CompletableFuture<@Nullable Object>> values) {
		try {
			List<Object> keys = new ArrayList<>(values.keySet());
			Map<?, ?> loaded = this.loader.load(keys);
			values.forEach((key, value) -> value.complete(loaded.get(key)));
		}
		catch (Throwable ex) {
			values.values().forEach((value) -> value.completeExceptionally(ex));
		}
	}

}
