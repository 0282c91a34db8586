package io.github.redispatterns.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ReflectionUtils;

/**
 * What the transaction of the current thread will change in caches when it is committed,
 * in this order. Until then that thread does not read from a cache what it changed, and
 * nobody else sees it. A suspended transaction takes its changes along.
 */
final class TransactionChanges implements TransactionSynchronization {

	private final List<Change> changes = new ArrayList<>();

	private final Map<CacheEngine, Entries> entries = new HashMap<>();

	/** How many changes there were at each savepoint. */
	private final Map<Object, Integer> savepoints = new IdentityHashMap<>();

	private boolean applied;

	private TransactionChanges() {
	}

	/**
	 * Change something after the commit, or now if there is no transaction or it was
	 * committed.
	 * @param cache the cache
	 * @param keys the entries that change, or {@code null} for an unknown part of all
	 * @param change the change
	 */
	static void afterCommit(CacheEngine cache, @Nullable Collection<String> keys, Runnable change) {
		if (isPossible()) {
			current().add(new Change(cache, keys, change));
		}
		else {
			change.run();
		}
	}

	/**
	 * Whether there is a transaction that can be waited for.
	 * @return {@code false} also if its changes have happened already
	 */
	static boolean isPossible() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return false;
		}
		TransactionChanges known = known();
		return known == null || !known.applied;
	}

	/**
	 * Whether the current transaction has changed anything.
	 * @param cache the cache
	 * @return {@code false} also if there is no transaction
	 */
	static boolean areAny(CacheEngine cache) {
		return of(cache) != null;
	}

	/**
	 * Whether the current transaction has changed an entry.
	 * @param cache the cache
	 * @param key the key of the entry
	 * @return {@code false} also if there is no transaction
	 */
	static boolean has(CacheEngine cache, String key) {
		Entries entries = of(cache);
		return entries != null && (entries.all || entries.keys.contains(key));
	}

	private static @Nullable Entries of(CacheEngine cache) {
		TransactionChanges known = known();
		return (known != null) ? known.entries.get(cache) : null;
	}

	private static @Nullable TransactionChanges known() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				? (TransactionChanges) TransactionSynchronizationManager.getResource(TransactionChanges.class) : null;
	}

	private static TransactionChanges current() {
		TransactionChanges known = known();
		if (known != null) {
			return known;
		}
		TransactionChanges changes = new TransactionChanges();
		TransactionSynchronizationManager.bindResource(TransactionChanges.class, changes);
		TransactionSynchronizationManager.registerSynchronization(changes);
		return changes;
	}

	private void add(Change change) {
		this.changes.add(change);
		note(change);
	}

	private void note(Change change) {
		Entries changed = this.entries.computeIfAbsent(change.cache(), (none) -> new Entries());
		if (change.keys() != null) {
			changed.keys.addAll(change.keys());
		}
		else {
			changed.all = true;
		}
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResourceIfPossible(TransactionChanges.class);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(TransactionChanges.class, this);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.changes.size());
	}

	// A savepoint that is not known is older than the first change.
	@Override
	public void savepointRollback(Object savepoint) {
		int kept = this.savepoints.getOrDefault(savepoint, 0);
		this.changes.subList(Math.min(kept, this.changes.size()), this.changes.size()).clear();
		this.entries.clear();
		this.changes.forEach(this::note);
	}

	@Override
	public void afterCommit() {
		apply();
	}

	// Spring calls no afterCommit after one that failed, and none that another registers.
	@Override
	public void afterCompletion(int status) {
		TransactionSynchronizationManager.unbindResourceIfPossible(TransactionChanges.class);
		if (status == STATUS_COMMITTED) {
			apply();
		}
	}

	private void apply() {
		if (this.applied) {
			return;
		}
		this.applied = true;
		this.entries.clear();
		Throwable first = null;
		for (Change change : this.changes) {
			try {
				change.action().run();
			}
			catch (Throwable ex) {
				if (first == null) {
					first = ex;
				}
				else if (ex != first) {
					first.addSuppressed(ex);
				}
			}
		}
		if (first != null) {
			ReflectionUtils.rethrowRuntimeException(first);
		}
	}

	/**
	 * A change.
	 *
	 * @param cache the cache
	 * @param keys the entries that change, or {@code null} for an unknown part of all
	 * @param action changes them
	 */
	private record Change(CacheEngine cache, @Nullable Collection<String> keys, Runnable action) {
	}

	/** The entries of one cache that change. */
	private static final class Entries {

		private final Set<String> keys = new HashSet<>();

		private boolean all;

	}

}
