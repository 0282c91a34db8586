package io.github.redispatterns.ratelimit;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A place among those who may work at the same time, or a refusal. The place is kept
 * while this permit is open, and ends with its lease if this JVM dies. Thread-safe.
 */
public final class Permit implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Permit.class);

	private final RateLimiters limiters;

	private final Limit limit;

	private final Decision decision;

	private final AtomicBoolean open;

	private Permit(RateLimiters limiters, Limit limit, Decision decision) {
		this.limiters = limiters;
		this.limit = limit;
		this.decision = decision;
		this.open = new AtomicBoolean(decision.allowed() && decision.source() == Decision.Source.REDIS);
	}

	static CompletionStage<Permit> enter(RateLimiters limiters, RateLimitPolicy policy, String key) {
		Limit limit = new Limit(policy, key, 1, Duration.ZERO, UUID.randomUUID().toString());
		return limiters.decide(limit).thenApply((decision) -> {
			Permit permit = new Permit(limiters, limit, decision);
			permit.keep();
			return permit;
		});
	}

	/**
	 * Whether the work may begin.
	 * @return the decision; of a refusal {@code retryAfter} is when the next lease ends,
	 * if nobody leaves earlier
	 */
	public Decision decision() {
		return this.decision;
	}

	// A permit that was forgotten without being closed is not renewed for ever.
	private void keep() {
		if (this.open.get()) {
			WeakReference<Permit> kept = new WeakReference<>(this);
			this.limiters.timers().repeat(this.limit.policy().period().dividedBy(3), () -> {
				Permit permit = kept.get();
				return permit != null && permit.renew();
			});
		}
	}

	private boolean renew() {
		if (!this.open.get()) {
			return false;
		}
		this.limiters.renew(this.limit).whenComplete((renewed, failure) -> {
			if (failure != null || !renewed.allowed()) {
				logger.warn("A permit of rate-limit policy '%s' could not be renewed"
					.formatted(this.limit.policy().name()));
			}
		});
		return true;
	}

	/**
	 * End the work, so that another may begin. Does nothing for a refusal, or the second
	 * time. Not waited for: if Redis does not answer, the place ends with its lease.
	 */
	@Override
	public void close() {
		if (this.open.compareAndSet(true, false)) {
			this.limiters.decide(this.limit.refund());
		}
	}

}
