package io.github.redispatterns.ratelimit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Counts the decisions of one policy, and tells when little is left. */
final class PolicyWatch {

	private static final Log logger = LogFactory.getLog(PolicyWatch.class);

	private final LongAdder[] counts = Stream.generate(LongAdder::new)
		.limit(2L * Decision.Source.values().length)
		.toArray(LongAdder[]::new);

	/** When somebody was told last. */
	private final AtomicLong told = new AtomicLong();

	private volatile @Nullable NearLimit nearLimit;

	void tell(NearLimit nearLimit) {
		this.told.set(System.nanoTime() - nearLimit.pause().toNanos());
		this.nearLimit = nearLimit;
	}

	/**
	 * Look at a decision.
	 * @param key who asked
	 * @param decision what was said
	 * @return the same
	 */
	Decision saw(String key, Decision decision) {
		this.counts[index(decision.allowed(), decision.source())].increment();
		NearLimit near = this.nearLimit;
		if (near != null && near.isNear(decision) && isTime(near)) {
			tell(near, new NearLimitEvent(key, decision));
		}
		return decision;
	}

	private static void tell(NearLimit near, NearLimitEvent event) {
		try {
			near.listener().accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("Nobody could be told that little is left of rate-limit policy '%s'"
				.formatted(event.decision().policy().name()), ex);
		}
	}

	private boolean isTime(NearLimit near) {
		long now = System.nanoTime();
		long last = this.told.get();
		return now - last >= near.pause().toNanos() && this.told.compareAndSet(last, now);
	}

	long count(boolean allowed, Decision.Source source) {
		return this.counts[index(allowed, source)].sum();
	}

	private static int index(boolean allowed, Decision.Source source) {
		return 2 * source.ordinal() + (allowed ? 1 : 0);
	}

}
