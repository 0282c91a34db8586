package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.github.redispatterns.codec.EntryMetadata;

/**
 * How good the entries of one cache still are, and when it is time to load them again.
 */
final class Freshness {

	private final CacheSettings settings;

	private final ServerClock clock;

	Freshness(CacheSettings settings, ServerClock clock) {
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * How long an entry is still fresh.
	 * @param entry the entry
	 * @return microseconds; negative for how long it has been stale
	 */
	long leftMicros(EntryMetadata entry) {
		return entry.expiryMicros() - this.clock.nowMicros();
	}

	/**
	 * What a valid entry is good for.
	 * @param entry the entry
	 * @return by its age alone
	 */
	Assessment.Kind kind(EntryMetadata entry) {
		long stale = -leftMicros(entry);
		if (stale < 0) {
			return Assessment.Kind.FRESH;
		}
		if (stale < this.settings.staleWhileRevalidate().toNanos() / 1000) {
			return Assessment.Kind.REVALIDATE;
		}
		return (stale < this.settings.staleIfError().toNanos() / 1000) ? Assessment.Kind.FALLBACK
				: Assessment.Kind.NONE;
	}

	boolean isPaused(StoredEntry stored) {
		return stored.pausedUntilMicros() > 0 && stored.pausedUntilMicros() > this.clock.nowMicros();
	}

	/**
	 * Whether an entry is loaded again although it is fresh.
	 * @param found what was found
	 * @return whether it is
	 */
	boolean isDueEarly(Assessment found) {
		EntryMetadata entry = found.metadata();
		return entry != null && this.clock.nowMicros() >= refreshMicros(entry);
	}

	// From when on a read loads again, drawn anew each time.
	// XFetch (Vattani et al., PVLDB 2015): the longer the load takes, the earlier.
	private long refreshMicros(EntryMetadata entry) {
		double beta = this.settings.earlyRefresh();
		double ahead = this.settings.refreshAhead();
		long expiry = entry.expiryMicros();
		if (beta == 0 && ahead == 1) {
			return Long.MAX_VALUE;
		}
		double early = -entry.loadMicros() * beta * Math.log(1 - ThreadLocalRandom.current().nextDouble());
		long life = expiry - entry.createdMicros();
		return Math.min(expiry - (long) early, entry.createdMicros() + (long) (ahead * life));
	}

	/**
	 * How long nothing but serving is due: no load, and nothing that lets the entry live
	 * longer.
	 * @param entry the entry
	 * @param pausedUntilMicros until when it is not loaded again
	 * @return nanoseconds
	 */
	long nearNanos(EntryMetadata entry, long pausedUntilMicros) {
		long now = this.clock.nowMicros();
		long left = Math.min(entry.expiryMicros(), Math.max(refreshMicros(entry), pausedUntilMicros)) - now;
		Duration idle = this.settings.timeToIdle();
		if (idle != null) {
			long untilExpiry = entry.expiryMicros() - now;
			left = Math.min(left, Math.max(untilExpiry / 2, untilExpiry - idle.toNanos() / 2000));
		}
		return left * 1000;
	}

}
