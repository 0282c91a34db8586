package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Invalidations that Redis did not hear of. As long as one is left, Redis is not believed
 * what it says about the entries it concerns.
 */
final class Unapplied {

	/** More than that become one: of the whole cache. */
	static final int MAX = 10_000;

	private final Map<String, Long> keys = new HashMap<>();

	private final Map<String, Long> tags = new HashMap<>();

	private long all;

	private long count;

	private volatile boolean any;

	synchronized void addKeys(Collection<String> more) {
		this.count++;
		more.forEach((key) -> this.keys.put(key, this.count));
		added();
	}

	synchronized void addTags(Collection<String> more) {
		this.count++;
		more.forEach((tag) -> this.tags.put(tag, this.count));
		added();
	}

	synchronized void addAll() {
		this.all = ++this.count;
		added();
	}

	private void added() {
		if (this.keys.size() + this.tags.size() > MAX) {
			this.all = this.count;
		}
		if (this.all > 0) {
			this.keys.clear();
			this.tags.clear();
		}
		this.any = this.all > 0 || !this.keys.isEmpty() || !this.tags.isEmpty();
	}

	/**
	 * Whether what Redis says of an entry can be believed.
	 * @param key its key
	 * @return {@code false} if it may have been invalidated
	 */
	boolean trusts(String key) {
		return !this.any || isUnconcerned(key);
	}

	private synchronized boolean isUnconcerned(String key) {
		return this.all == 0 && this.tags.isEmpty() && !this.keys.containsKey(key);
	}

	boolean isEmpty() {
		return !this.any;
	}

	/**
	 * What is to be applied.
	 * @return as much as is there now
	 */
	synchronized Batch batch() {
		return new Batch(Map.copyOf(this.keys), Map.copyOf(this.tags), this.all);
	}

	/**
	 * Forget what was applied, but not what was added again since.
	 * @param applied what that was
	 */
	synchronized void applied(Batch applied) {
		applied.keys().forEach(this.keys::remove);
		applied.tags().forEach(this.tags::remove);
		if (this.all == applied.all()) {
			this.all = 0;
		}
		this.any = this.all > 0 || !this.keys.isEmpty() || !this.tags.isEmpty();
	}

	/**
	 * Invalidations, each with its number.
	 *
	 * @param keys keys of entries
	 * @param tags tags
	 * @param all number of the invalidation of all entries, 0 for none
	 */
	record Batch(Map<String, Long> keys, Map<String, Long> tags, long all) {
	}

}
