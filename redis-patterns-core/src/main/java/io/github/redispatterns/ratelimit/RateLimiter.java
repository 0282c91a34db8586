package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.redispatterns.RedisUnavailableException;

/**
 * Decides for one policy, for all nodes together: one round trip and one atomic script a
 * decision, by the server's clock. Thread-safe.
 * <p>
 * Where Redis does not answer, the policy says what becomes of a request: it passes, it
 * is decided by this node alone, or it fails with {@link RedisUnavailableException},
 * after which the cost may have been taken or not.
 */
public final class RateLimiter {

	private final RateLimiters limiters;

	private final String name;

	RateLimiter(RateLimiters limiters, String name) {
		this.limiters = limiters;
		this.name = name;
	}

	/**
	 * The rule this limiter applies.
	 * @return the policy, with the limits that hold now for those who have none of their
	 * own
	 */
	public RateLimitPolicy policy() {
		return this.limiters.policy(this.name);
	}

	/**
	 * Take a cost if it fits.
	 * @param key who is asking: any text, each has its own count
	 * @param cost units to take, at least 0; with 0 nothing is taken, only looked at
	 * @return the decision
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public CompletionStage<Decision> tryAcquireAsync(String key, long cost) {
		RateLimitRequest request = new RateLimitRequest(this.name, key, cost);
		return this.limiters.decide(request, Duration.ZERO);
	}

	/**
	 * Take a cost if it fits, and wait for the answer.
	 * @param key who is asking
	 * @param cost units to take, at least 0
	 * @return the decision
	 */
	public Decision tryAcquire(String key, long cost) {
		return this.limiters.await(tryAcquireAsync(key, cost));
	}

	/**
	 * Take one unit.
	 * @param key who is asking
	 * @return the decision
	 */
	public Decision tryAcquire(String key) {
		return tryAcquire(key, 1);
	}

	/**
	 * Take a cost as soon as it fits, without holding a thread. Of a bucket the turn is
	 * reserved at once, so that those who wait do so in their order and each only once;
	 * cancelling gives it back. Other algorithms are asked again when they said so.
	 * @param key who is asking
	 * @param cost units to take, at least 0
	 * @param maxWait how long to wait at most
	 * @return the decision, at the time when the caller may go on; a refusal, at once,
	 * where that would be too late
	 */
	public CompletableFuture<Decision> acquireAsync(String key, long cost, Duration maxWait) {
		return new Turn(this.limiters, new RateLimitRequest(this.name, key, cost), maxWait).begin();
	}

	/**
	 * Take a cost as soon as it fits.
	 * @param key who is asking
	 * @param cost units to take, at least 0
	 * @param maxWait how long to wait at most
	 * @return the decision, at the time when the caller may go on; a refusal, at once,
	 * where that would be too late
	 * @throws RedisUnavailableException if the thread is interrupted, which its flag then
	 * shows; what was reserved is given back
	 */
	public Decision acquire(String key, long cost, Duration maxWait) {
		return await(acquireAsync(key, cost, maxWait));
	}

	// Who no longer waits gives back what was reserved.
	Decision await(CompletableFuture<Decision> turn) {
		try {
			return this.limiters.await(turn);
		}
		catch (RuntimeException ex) {
			turn.cancel(false);
			throw ex;
		}
	}

	/**
	 * Look without taking anything.
	 * @param key whose count
	 * @return a decision that is always {@code allowed}
	 */
	public Decision peek(String key) {
		return tryAcquire(key, 0);
	}

	/**
	 * Give back what was taken, such as after work that was not done. More than was taken
	 * makes no credit.
	 * @param key who had it
	 * @param cost units to give back, at least 1
	 * @return what is left now
	 */
	public CompletionStage<Decision> refundAsync(String key, long cost) {
		if (cost < 1) {
			throw new IllegalArgumentException("The cost to give back must be at least 1 but is " + cost);
		}
		return this.limiters.decide(Limit.of(this.limiters.policy(this.name, key), key, -cost));
	}

	/**
	 * Give back what was taken.
	 * @param key who had it
	 * @param cost units to give back, at least 1
	 * @return what is left now
	 */
	public Decision refund(String key, long cost) {
		return this.limiters.await(refundAsync(key, cost));
	}

	/**
	 * Forget all that was taken.
	 * @param key whose count
	 * @return whether there was something to forget
	 */
	public CompletionStage<Boolean> resetAsync(String key) {
		return this.limiters.reset(Limit.of(this.limiters.policy(this.name, key), key, 0));
	}

	/**
	 * Forget all that was taken.
	 * @param key whose count
	 * @return whether there was something to forget
	 */
	public boolean reset(String key) {
		return this.limiters.await(resetAsync(key));
	}

	/**
	 * Begin work that not too many may do at the same time.
	 * @param key who is asking
	 * @return the permit, or a refusal in its place
	 * @throws IllegalStateException if the policy does not limit concurrency
	 */
	public CompletionStage<Permit> enterAsync(String key) {
		if (policy().algorithm() != RateLimitAlgorithm.CONCURRENCY) {
			throw new IllegalStateException(
					"Rate-limit policy '%s' does not limit concurrency: use tryAcquire".formatted(this.name));
		}
		return Permit.enter(this.limiters, this.limiters.policy(this.name, key), key);
	}

	/**
	 * Begin work that not too many may do at the same time.
	 * @param key who is asking
	 * @return the permit, or a refusal in its place
	 */
	public Permit enter(String key) {
		return this.limiters.await(enterAsync(key));
	}

}
