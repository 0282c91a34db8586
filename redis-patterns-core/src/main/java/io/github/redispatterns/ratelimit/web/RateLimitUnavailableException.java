package io.github.redispatterns.ratelimit.web;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/**
 * A request cannot be counted because Redis does not answer, and one of its policies does
 * not let it pass uncounted.
 */
public final class RateLimitUnavailableException extends RedisUnavailableException {

	private final transient List<String> policies;

	RateLimitUnavailableException(List<String> policies, RedisUnavailableException cause) {
		super("The request cannot be counted by the policies %s".formatted(policies), cause);
		this.policies = policies;
	}

	/**
	 * Say what an outage means for a request.
	 * @param <T> the type of the answer
	 * @param answer what the limiters say
	 * @param policies the policies that were asked
	 * @return the same, with this failure in place of the gateway's
	 */
	static <T> CompletionStage<T> explain(CompletionStage<T> answer, List<String> policies) {
		return answer.exceptionallyCompose((failure) -> {
			Throwable cause = RedisPatternsException.causeOf(failure);
			return CompletableFuture.failedFuture((cause instanceof RedisUnavailableException outage)
					? new RateLimitUnavailableException(policies, outage) : cause);
		});
	}

	/**
	 * The policies that were asked.
	 * @return their names
	 */
	public List<String> policies() {
		return this.policies;
	}

}
