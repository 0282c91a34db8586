package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/** Decides how long the entries of one cache live. */
final class Lifetimes {

	private final CacheSettings settings;

	private final @Nullable TtlPolicy policy;

	Lifetimes(CacheSettings settings, @Nullable TtlPolicy policy) {
		this.settings = settings;
		this.policy = policy;
	}

	/**
	 * How long a value lives.
	 * @param key the key as the application knows it
	 * @param value the value
	 * @return its life, or {@code null} if it is not to be stored
	 */
	EntryStore.@Nullable Life of(Object key, @Nullable Object value) {
		Duration fresh = longest(key, value);
		if (fresh.toMillis() < 1) {
			return null;
		}
		long micros = jittered(within(this.settings.timeToIdle(), fresh));
		return new EntryStore.Life(micros, (micros + 999) / 1000 + this.settings.staleTime().toMillis());
	}

	/**
	 * How long a value lives at most, however often it is read.
	 * @param key the key as the application knows it
	 * @param value the value
	 * @return its time to live, from when it was loaded
	 */
	Duration longest(Object key, @Nullable Object value) {
		Duration configured = (value != null) ? this.settings.timeToLive() : this.settings.nullTimeToLive();
		return (this.policy != null) ? this.policy.timeToLive(key, value, configured) : configured;
	}

	private static Duration within(@Nullable Duration idle, Duration fresh) {
		return (idle != null && idle.compareTo(fresh) < 0) ? idle : fresh;
	}

	private long jittered(Duration time) {
		long micros = time.toNanos() / 1000;
		double part = this.settings.jitter() * ThreadLocalRandom.current().nextDouble();
		return Math.max(1000, micros - (long) (micros * part));
	}

}
