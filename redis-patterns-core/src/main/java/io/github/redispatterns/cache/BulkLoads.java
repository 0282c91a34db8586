package io.github.redispatterns.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Waits until it is known of each of some values whether it must be loaded, and then
 * loads all of those in one call. What is found to be missing only after that, because
 * the node that loaded it has failed, is loaded in a call of its own.
 */
final class BulkLoads {

	private final BulkLoader<Object, Object> loader;

	private volatile Executor executor;

	private final Map<Part, CompletableFuture<@Nullable Object>> wanted = new LinkedHashMap<>();

	private @Nullable LoadGate gate;

	private int undecided;

	private boolean starting;

	private @Nullable BulkLoads elsewhere;

	/** Decided when all here are, so that those elsewhere are together by then. */
	private volatile @Nullable Part elsewhereComplete;

	/**
	 * Create the loads of some values, of which there are none yet.
	 * @param loader loads them
	 * @param executor where it is called
	 */
	BulkLoads(BulkLoader<Object, Object> loader, Executor executor) {
		this.loader = loader;
		this.executor = executor;
	}

	/**
	 * One more value, which must be {@linkplain Part#decided decided} on.
	 * @param key its key as the application knows it
	 * @return the part that it has in this
	 */
	synchronized Part part(Object key) {
		this.undecided++;
		return new Part(key);
	}

	private synchronized BulkLoads on(Executor other) {
		if (this.elsewhere == null) {
			this.elsewhere = new BulkLoads(this.loader, other);
			this.elsewhereComplete = (this.undecided > 0) ? this.elsewhere.part(this) : null;
		}
		return this.elsewhere;
	}

	private synchronized void waitAt(LoadGate gate) {
		if (this.gate == null) {
			this.gate = gate;
			this.executor = gate.around(this.executor);
		}
	}

	private synchronized CompletableFuture<@Nullable Object> want(Part part) {
		return this.wanted.computeIfAbsent(part, (same) -> new CompletableFuture<>());
	}

	private synchronized boolean isLast(Part part) {
		this.undecided -= part.decided ? 0 : 1;
		part.decided = true;
		return this.undecided == 0;
	}

	private synchronized boolean mustStart() {
		boolean now = this.undecided == 0 && !this.starting && !this.wanted.isEmpty();
		this.starting |= now;
		return now;
	}

	private void decide(Part part) {
		Part there = isLast(part) ? this.elsewhereComplete : null;
		if (there != null) {
			there.decided();
		}
		if (mustStart()) {
			start();
		}
	}

	private void start() {
		try {
			this.executor.execute(() -> load(takeWanted()));
		}
		catch (RejectedExecutionException ex) {
			takeWanted().values().forEach((value) -> value.completeExceptionally(ex));
		}
	}

	private synchronized Map<Part, CompletableFuture<@Nullable Object>> takeWanted() {
		var taken = new LinkedHashMap<>(this.wanted);
		this.wanted.clear();
		this.starting = false;
		return taken;
	}

	private void load(Map<Part, CompletableFuture<@Nullable Object>> values) {
		try {
			Map<?, ?> loaded = load(List.copyOf(values.keySet()));
			values.forEach((part, value) -> value.complete(loaded.get(part.key)));
		}
		catch (Throwable ex) {
			values.values().forEach((value) -> value.completeExceptionally(ex));
		}
	}

	private Map<?, ?> load(List<Part> parts) throws Exception {
		parts.forEach((part) -> part.loading = Thread.currentThread());
		try {
			return this.loader.load(parts.stream().map((part) -> part.key).toList());
		}
		finally {
			parts.forEach((part) -> part.loading = null);
		}
	}

	/** One of the values. */
	final class Part {

		private final Object key;

		private boolean decided;

		private volatile @Nullable Thread loading;

		private Part(Object key) {
			this.key = key;
		}

		/**
		 * The value must be loaded.
		 * @return the value when it is loaded
		 */
		CompletableFuture<@Nullable Object> want() {
			CompletableFuture<@Nullable Object> value = BulkLoads.this.want(this);
			decided();
			return value;
		}

		/** The value need not be loaded, or not now. */
		void decided() {
			decide(this);
		}

		/**
		 * Load only when it is the turn of this load.
		 * @param gate says when that is
		 */
		void waitAt(LoadGate gate) {
			BulkLoads.this.waitAt(gate);
		}

		/**
		 * Whether the current thread is the one that loads the value.
		 * @return whether it is
		 */
		boolean isLoadingHere() {
			return this.loading == Thread.currentThread();
		}

		/**
		 * The same value, to be loaded elsewhere, together with others for which this is
		 * called.
		 * @param other where; the same for all
		 * @return its part in that
		 */
		Part on(Executor other) {
			return BulkLoads.this.on(other).part(this.key);
		}

	}

}
