package io.github.redispatterns.cache;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * A value that is wanted, and how to come by it.
 *
 * @param key its key in Redis
 * @param userKey its key as the application knows it
 * @param type its declared type
 * @param loader loads it where there is none
 * @param rules what becomes of a loaded value
 * @param executor where the loader is called and callers go on; where that is the current
 * thread, it waits for Redis right where it asks
 * @param part its part in the loads of several values that are wanted at once, if it is
 * one of those
 */
record LoadRequest(String key, Object userKey, ResolvableType type,
		Supplier<? extends CompletionStage<? extends @Nullable Object>> loader, ValueRules rules, Executor executor,
		BulkLoads.@Nullable Part part) {

	LoadRequest(String key, Object userKey, ResolvableType type,
			Supplier<? extends CompletionStage<? extends @Nullable Object>> loader, ValueRules rules,
			Executor executor) {
		this(key, userKey, type, loader, rules, executor, null);
	}

	LoadRequest on(Executor other) {
		if (other == this.executor) {
			return this;
		}
		BulkLoads.Part moved = (this.part != null) ? this.part.on(other) : null;
		return new LoadRequest(this.key, this.userKey, this.type, (moved != null) ? moved::want : this.loader,
				this.rules, other, moved);
	}

	/** Note that those who are loaded together with this value need not wait for it. */
	void decided() {
		if (this.part != null) {
			this.part.decided();
		}
	}

	boolean isLoadingHere() {
		return this.part != null && this.part.isLoadingHere();
	}

	/**
	 * Call the loader.
	 * @return what it gives; a failure if it throws
	 */
	@SuppressWarnings("unchecked")
	CompletionStage<@Nullable Object> load() {
		try {
			return (CompletionStage<@Nullable Object>) this.loader.get();
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	static <T extends @Nullable Object> Supplier<CompletionStage<T>> blocking(Callable<T> loader) {
		return () -> {
			try {
				return CompletableFuture.completedFuture(loader.call());
			}
			catch (Throwable ex) {
				return CompletableFuture.failedFuture(ex);
			}
		};
	}

}
