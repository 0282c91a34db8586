package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the transaction of the current thread will change in one cache when it is
 * committed. Until then that thread does not read from the cache what it changed, and
 * nobody else sees it.
 */
final class TransactionChanges {

	private final Set<String> keys = new HashSet<>();

	private boolean all;

	private TransactionChanges() {
	}

	/**
	 * Change something after the commit, or now if there is no transaction.
	 * @param cache the cache
	 * @param keys the entries that change, or {@code null} for an unknown part of all
	 * @param change the change
	 */
	static void afterCommit(CacheEngine cache, @Nullable Collection<String> keys, Runnable change) {
		if (!isPossible()) {
			change.run();
			return;
		}
		TransactionChanges changes = of(cache);
		if (keys != null) {
			changes.keys.addAll(keys);
		}
		else {
			changes.all = true;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				change.run();
			}

		});
	}

	/**
	 * Whether there is a transaction that can be waited for.
	 * @return whether there is
	 */
	static boolean isPossible() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	/**
	 * Whether the current transaction has changed anything.
	 * @param cache the cache
	 * @return {@code false} also if there is no transaction
	 */
	static boolean areAny(CacheEngine cache) {
		return known(cache) != null;
	}

	/**
	 * Whether the current transaction has changed an entry.
	 * @param cache the cache
	 * @param key the key of the entry
	 * @return {@code false} also if there is no transaction
	 */
	static boolean has(CacheEngine cache, String key) {
		TransactionChanges changes = known(cache);
		return changes != null && (changes.all || changes.keys.contains(key));
	}

	private static @Nullable TransactionChanges known(CacheEngine cache) {
		return TransactionSynchronizationManager.isSynchronizationActive()
				? (TransactionChanges) TransactionSynchronizationManager.getResource(cache) : null;
	}

	private static TransactionChanges of(CacheEngine cache) {
		TransactionChanges known = known(cache);
		if (known != null) {
			return known;
		}
		TransactionChanges changes = new TransactionChanges();
		TransactionSynchronizationManager.bindResource(cache, changes);
		TransactionSynchronizationManager.registerSynchronization(new Unbinding(cache));
		return changes;
	}

	/** A suspended transaction takes its changes along. */
	private static final class Unbinding implements TransactionSynchronization {

		private final CacheEngine cache;

		private @Nullable Object changes;

		Unbinding(CacheEngine cache) {
			this.cache = cache;
		}

		@Override
		public void suspend() {
			this.changes = TransactionSynchronizationManager.unbindResourceIfPossible(this.cache);
		}

		@Override
		public void resume() {
			if (this.changes != null) {
				TransactionSynchronizationManager.bindResource(this.cache, this.changes);
			}
		}

		@Override
		public void afterCompletion(int status) {
			TransactionSynchronizationManager.unbindResourceIfPossible(this.cache);
		}

	}

}
