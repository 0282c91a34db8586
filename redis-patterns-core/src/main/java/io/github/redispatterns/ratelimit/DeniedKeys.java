package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Remembers refusals of one limiter, so that who keeps asking is refused without a trip.
 * <p>
 * A refusal holds until the moment before which Redis would refuse that cost again,
 * counted from when it was asked, and for the time of trust at most: so long may a
 * refund, a reset or a higher limit on another node go unnoticed here. On this node they
 * {@link #forget} it. Another cost of the same key is not answered.
 * <p>
 * A key has one slot, which it shares with others: what is forgotten costs a trip. What
 * was asked earlier never replaces what was asked, or forgotten, later: so a refusal that
 * was under way during a refund is not remembered after it.
 */
final class DeniedKeys {

	private static final int SLOTS = 1 << 13;

	private static final int LONGEST_KEY = 256;

	private final AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SLOTS);

	private final long trust;

	DeniedKeys(Duration trust) {
		this.trust = TimeUnit.NANOSECONDS.convert(trust);
	}

	@Nullable Decision find(String key, long cost) {
		Entry entry = this.slots.get(slot(key));
		Refusal refusal = (entry != null) ? entry.refusal : null;
		return (refusal != null && refusal.cost == cost && refusal.key.equals(key)) ? refusal.at(System.nanoTime())
				: null;
	}

	/**
	 * Remember what Redis said, if it was a refusal.
	 * @param key the key
	 * @param cost the cost
	 * @param decision what Redis said
	 * @param asked when it was asked, of {@link System#nanoTime()}
	 */
	void remember(String key, long cost, Decision decision, long asked) {
		if (decision.allowed() || decision.retryAfter().equals(Decision.NEVER) || key.length() > LONGEST_KEY) {
			return;
		}
		long answered = System.nanoTime();
		long until = asked + Math.min(this.trust, TimeUnit.NANOSECONDS.convert(decision.retryAfter()));
		put(slot(key), new Entry(asked, new Refusal(key, cost, decision, answered, until)));
	}

	void forget(String key) {
		put(slot(key), new Entry(System.nanoTime(), null));
	}

	void forgetAll() {
		Entry nothing = new Entry(System.nanoTime(), null);
		for (int i = 0; i < SLOTS; i++) {
			put(i, nothing);
		}
	}

	/**
	 * Number of keys that are remembered at most.
	 * @return a power of two
	 */
	int capacity() {
		return this.slots.length();
	}

	private void put(int slot, Entry entry) {
		this.slots.accumulateAndGet(slot, entry,
				(old, added) -> (old != null && old.asked - added.asked > 0) ? old : added);
	}

	private static int slot(String key) {
		int hash = key.hashCode();
		return (hash ^ (hash >>> 16)) & (SLOTS - 1);
	}

	/**
	 * What a slot knows.
	 *
	 * @param asked when it was asked or forgotten
	 * @param refusal what Redis said, or nothing
	 */
	private record Entry(long asked, @Nullable Refusal refusal) {

	}

	private record Refusal(String key, long cost, Decision decision, long answered, long until) {

		// Redis decided before it answered: who waits from the answer on waits long
		// enough.
		@Nullable Decision at(long now) {
			if (now - this.until >= 0) {
				return null;
			}
			long age = now - this.answered;
			return new Decision(false, this.decision.policy(), this.decision.remaining(),
					this.decision.retryAfter().minusNanos(age), this.decision.resetAfter().minusNanos(age),
					Decision.Source.REMEMBERED);
		}

	}

}
