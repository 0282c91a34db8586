package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;

/** The limiters of an application, by the name of their policy. */
public final class RateLimiters implements SmartLifecycle {

	/** After the gateway, before whatever asks. */
	private static final int PHASE = 200;

	private final RedisGateway gateway;

	private final LimitScript script;

	private final LimitResolver resolver;

	private final LimitChanges changes;

	private final LocalLimits local = new LocalLimits();

	private final Map<String, RateLimitPolicy> policies = new TreeMap<>();

	private final Map<String, HotBucket> hot = new HashMap<>();

	private volatile boolean running;

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of rate limits
	 * @param policies all policies, names unique
	 */
	public RateLimiters(RedisGateway gateway, KeySpace keys, Collection<RateLimitPolicy> policies) {
		this(gateway, keys, policies, (policy, key) -> policy, HotKeys.ofDefaults());
	}

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of rate limits
	 * @param policies all policies, names unique
	 * @param resolver decides which limits hold for whom
	 * @param hotKeys how busy keys are answered with fewer trips
	 * @throws IllegalArgumentException if a lease is too long for one of the policies
	 */
	public RateLimiters(RedisGateway gateway, KeySpace keys, Collection<RateLimitPolicy> policies,
			LimitResolver resolver, HotKeys hotKeys) {
		this.gateway = gateway;
		this.script = new LimitScript(gateway, keys, hotKeys);
		this.resolver = resolver;
		this.changes = new LimitChanges(gateway, keys, () -> this.hot.values().forEach(HotBucket::forgetAll));
		policies.forEach((policy) -> {
			this.policies.put(policy.name(), policy);
			if (policy.isHot()) {
				hotKeys.capacity(policy.bandwidths().get(0));
				this.hot.put(policy.name(), new HotBucket(gateway, keys, hotKeys, (key) -> policy(policy.name(), key)));
			}
		});
	}

	/**
	 * Find a limiter.
	 * @param policy the name of its policy
	 * @return the limiter
	 * @throws IllegalArgumentException if there is no such policy; the message lists
	 * those that are
	 */
	public RateLimiter get(String policy) {
		configured(policy);
		return new RateLimiter(this, policy);
	}

	/**
	 * All policies.
	 * @return their names, sorted
	 */
	public Set<String> names() {
		return Collections.unmodifiableSet(this.policies.keySet());
	}

	/**
	 * Take from several limits, from all or from none. Where all keys are the same, or
	 * Redis is no cluster, that is one atomic step; on a cluster limits of different keys
	 * may lie on different nodes, and what one gave is given back when another refuses,
	 * so that for a moment less seems to be left than is.
	 * @param requests what is asked of each policy
	 * @return what all of them say
	 */
	public CompletionStage<Decisions> tryAcquireAsync(List<RateLimitRequest> requests) {
		List<Limit> limits = requests.stream()
			.map((request) -> Limit.of(policy(request.policy(), request.key()), request.key(), request.cost()))
			.toList();
		return decide(limits).thenApply(Decisions::new);
	}

	/**
	 * Take from several limits, from all or from none, and wait for the answer.
	 * @param requests what is asked of each policy
	 * @return what all of them say
	 */
	public Decisions tryAcquire(List<RateLimitRequest> requests) {
		return await(tryAcquireAsync(requests));
	}

	/**
	 * Change a limit on all nodes, until it is changed again. What was counted stays.
	 * Others follow within {@link LimitChanges#LOOK_EVERY}.
	 * @param policy the name of the policy
	 * @param limit units for each period
	 * @param burst units at once
	 * @return completes when Redis has it
	 * @throws IllegalArgumentException if there is no such policy, or the numbers cannot
	 * be
	 */
	public CompletionStage<?> change(String policy, long limit, long burst) {
		configured(policy).withLimit(limit, burst);
		return this.changes.change(policy, new LimitChanges.Change(limit, burst));
	}

	/**
	 * Go back to the limit that is configured, on all nodes.
	 * @param policy the name of the policy
	 * @return completes when Redis has it
	 */
	public CompletionStage<?> restore(String policy) {
		return this.changes.restore(configured(policy).name());
	}

	RateLimitPolicy policy(String name) {
		return this.changes.apply(configured(name));
	}

	RateLimitPolicy policy(String name, String key) {
		return this.resolver.resolve(policy(name), key);
	}

	private RateLimitPolicy configured(String name) {
		RateLimitPolicy policy = this.policies.get(name);
		if (policy == null) {
			throw new IllegalArgumentException(
					"There is no rate-limit policy '%s', only %s".formatted(name, this.policies.keySet()));
		}
		return policy;
	}

	CompletionStage<Decision> decide(RateLimitRequest request, Duration wait) {
		HotBucket bucket = this.hot.get(request.policy());
		if (bucket != null && wait.isZero()) {
			return decide(request, bucket);
		}
		RateLimitPolicy policy = policy(request.policy(), request.key());
		if (policy.algorithm() == RateLimitAlgorithm.CONCURRENCY && request.cost() > 0) {
			throw new IllegalStateException(
					"Rate-limit policy '%s' limits concurrency: use enter".formatted(policy.name()));
		}
		return decide(new Limit(policy, request.key(), request.cost(), wait, ""));
	}

	private CompletionStage<Decision> decide(RateLimitRequest request, HotBucket bucket) {
		Decision here = bucket.local(request.key(), request.cost());
		if (here != null) {
			return CompletableFuture.completedFuture(here);
		}
		return this.gateway.observations()
			.observe(RateLimitObservation.DECIDE, request.policy(),
					() -> bucket.ask(request.key(), request.cost())
						.exceptionallyCompose((failure) -> withoutRedis(request, failure)),
					RateLimitObservation::outcome);
	}

	private CompletionStage<Decision> withoutRedis(RateLimitRequest request, Throwable failure) {
		Limit limit = Limit.of(policy(request.policy(), request.key()), request.key(), request.cost());
		return withoutRedis(List.of(limit), failure).thenApply((decisions) -> decisions.get(0));
	}

	CompletionStage<Decision> decide(Limit limit) {
		CompletionStage<Decision> decision = decide(List.of(limit)).thenApply((decisions) -> decisions.get(0));
		return (limit.cost() < 0) ? decision.whenComplete((done, failure) -> forget(limit)) : decision;
	}

	private CompletionStage<List<Decision>> decide(List<Limit> limits) {
		return this.gateway.observations()
			.observe(RateLimitObservation.DECIDE, limits.get(0).policy().name(),
					() -> this.script.decide(limits).exceptionallyCompose((failure) -> withoutRedis(limits, failure)),
					(decisions) -> RateLimitObservation.outcome(new Decisions(decisions).tightest()));
	}

	private CompletionStage<List<Decision>> withoutRedis(List<Limit> limits, Throwable failure) {
		Throwable cause = RedisPatternsException.causeOf(failure);
		boolean closed = limits.stream().anyMatch((limit) -> limit.policy().onRedisFailure() == OnRedisFailure.CLOSED);
		if (closed || !(cause instanceof RedisUnavailableException)) {
			return CompletableFuture.failedStage(cause);
		}
		return CompletableFuture.completedStage(limits.stream().map(this::withoutRedis).toList());
	}

	private Decision withoutRedis(Limit limit) {
		return (limit.policy().onRedisFailure() == OnRedisFailure.LOCAL)
				? this.local.decide(limit.policy(), limit.key(), limit.cost(), System.nanoTime())
				: Decision.uncounted(limit.policy());
	}

	// A refusal may not hold any longer after something was given back.
	private void forget(Limit limit) {
		HotBucket bucket = this.hot.get(limit.policy().name());
		if (bucket != null) {
			bucket.forget(limit.key());
		}
	}

	CompletionStage<Boolean> reset(Limit limit) {
		return this.script.reset(limit).whenComplete((done, failure) -> forget(limit));
	}

	<T extends @Nullable Object> T await(CompletionStage<T> answer) {
		return this.gateway.await(answer);
	}

	Timers timers() {
		return this.gateway.timers();
	}

	@Override
	public void start() {
		this.running = true;
		this.changes.follow(() -> this.running);
	}

	/** Gives back what was taken in advance and not spent. */
	@Override
	public void stop() {
		this.running = false;
		this.hot.values().stream().map(HotBucket::giveBack).toList().forEach(CompletableFuture::join);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
