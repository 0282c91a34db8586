package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one key that this node has taken and spends by itself, until they are used up
 * or the time is over. Thread-safe; no token is spent twice.
 */
final class Lease {

	/** How many times as many are asked for, at most, after all were spent early. */
	private static final int MOST_GROWTH = 32;

	private final AtomicLong left;

	private final long tokens;

	private final Grant grant;

	private final long endsAt;

	/**
	 * Begin a lease.
	 * @param grant what Redis gave
	 * @param nanos how long it may be spent, from when it was asked for
	 */
	Lease(Grant grant, long nanos) {
		this.grant = grant;
		this.tokens = grant.tokens();
		this.left = new AtomicLong(this.tokens);
		this.endsAt = grant.asked() + nanos;
	}

	@Nullable Decision spend(long cost, long now) {
		if (isOver(now)) {
			return null;
		}
		long before = this.left.get();
		while (before >= cost) {
			if (this.left.compareAndSet(before, before - cost)) {
				return this.grant.allow(before - cost, now);
			}
			before = this.left.get();
		}
		return null;
	}

	boolean isOver(long now) {
		return now - this.endsAt >= 0;
	}

	/**
	 * Spend nothing more.
	 * @param demand what is asked for now
	 * @param now the time
	 * @return what to give back, and how much to ask for next
	 */
	Wish end(long demand, long now) {
		long unspent = this.left.getAndSet(0);
		long spent = this.tokens - unspent;
		long wanted = isOver(now) ? Math.max(spent, this.tokens / 2) : (spent + demand) * growth(now);
		return new Wish(wanted, unspent, this.grant.takenAt());
	}

	// At the pace at which they were spent, how many times as many would have lasted.
	private long growth(long now) {
		long used = Math.max(1, now - this.grant.asked());
		return Math.max(2, Math.min(MOST_GROWTH, (this.endsAt - this.grant.asked()) / used));
	}

	/**
	 * What Redis gave.
	 *
	 * @param policy the policy
	 * @param tokens how many
	 * @param takenAt when, by the server's clock in milliseconds
	 * @param asked when it was asked, of {@link System#nanoTime()}
	 * @param remaining what was left in the bucket
	 * @param resetAfter when the bucket would be full again
	 */
	record Grant(RateLimitPolicy policy, long tokens, long takenAt, long asked, long remaining, Duration resetAfter) {

		Decision allow(long left, long now) {
			return new Decision(true, this.policy, this.remaining + left, Duration.ZERO,
					this.resetAfter
						.minusNanos(Math.min(now - this.asked, TimeUnit.NANOSECONDS.convert(this.resetAfter))),
					Decision.Source.LEASE);
		}

	}

	/**
	 * What to ask Redis for.
	 *
	 * @param tokens how many to lend at most
	 * @param back how many are given back
	 * @param takenAt when these had been taken
	 */
	record Wish(long tokens, long back, long takenAt) {

		static final Wish NOTHING = new Wish(0, 0, 0);

		Wish withoutMore() {
			return new Wish(0, this.back, this.takenAt);
		}

		Wish atMost(long most) {
			return (this.tokens > most) ? new Wish(most, this.back, this.takenAt) : this;
		}

	}

}
