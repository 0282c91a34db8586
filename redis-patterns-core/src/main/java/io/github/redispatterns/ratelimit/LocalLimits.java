package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides for this node alone while Redis does not answer: a token bucket for each key,
 * with the node's share of the limit. Remembers the keys that were asked for last, and
 * begins with full buckets in each outage.
 */
final class LocalLimits {

	static final int MOST_KEYS = 10_000;

	private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
			return size() > MOST_KEYS;
		}

	};

	synchronized Decision decide(RateLimitPolicy policy, String key, long cost, long nanos) {
		double capacity = Math.max(1, policy.capacity() * policy.localShare());
		double perNano = policy.limit() * policy.localShare() / policy.period().toNanos();
		Bucket bucket = this.buckets.computeIfAbsent(policy.name() + '\n' + key, (name) -> new Bucket(nanos));
		bucket.taken = Math.max(0, bucket.taken - (nanos - bucket.since) * perNano);
		bucket.since = nanos;
		boolean allowed = bucket.taken + cost <= capacity;
		double missing = bucket.taken + cost - capacity;
		if (allowed) {
			bucket.taken += cost;
		}
		return new Decision(allowed, policy, (long) Math.max(0, capacity - bucket.taken),
				allowed ? Duration.ZERO : duration(missing, perNano, cost > capacity),
				duration(bucket.taken, perNano, false), Decision.Source.LOCAL);
	}

	/**
	 * Number of keys that are remembered.
	 * @return for metrics
	 */
	synchronized int size() {
		return this.buckets.size();
	}

	private static Duration duration(double units, double perNano, boolean never) {
		return never ? Decision.NEVER : Duration.ofNanos((long) Math.ceil(units / perNano));
	}

	private static final class Bucket {

		private double taken;

		private long since;

		Bucket(long since) {
			this.since = since;
		}

	}

}
