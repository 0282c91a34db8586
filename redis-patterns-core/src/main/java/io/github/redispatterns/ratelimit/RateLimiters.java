package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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

	private final Map<String, PolicyWatch> watches = new HashMap<>();

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
	 * @throws IllegalArgumentException if a policy cannot have the lease that it asks for
	 */
	public RateLimiters(RedisGateway gateway, KeySpace keys, Collection<RateLimitPolicy> policies,
			LimitResolver resolver, HotKeys hotKeys) {
		this.gateway = gateway;
		this.script = new LimitScript(gateway, keys, hotKeys);
		this.resolver = resolver;
		this.changes = new LimitChanges(gateway, keys, () -> this.hot.values().forEach(HotBucket::forgetAll));
		policies.forEach((policy) -> {
			this.policies.put(policy.name(), policy);
			PolicyWatch watch = new PolicyWatch();
			this.watches.put(policy.name(), watch);
			hotKeys.check(policy);
			if (policy.isHot()) {
				this.hot.put(policy.name(),
						new HotBucket(gateway, keys, hotKeys,
								(policy.lease() != null) ? policy.lease() : hotKeys.lease(),
								(key) -> policy(policy.name(), key), watch));
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
	 * @param requests what is asked of each policy; of one policy and key the sum
	 * @return what all of them say, in the same order
	 */
	public CompletionStage<Decisions> tryAcquireAsync(List<RateLimitRequest> requests) {
		List<Limit> limits = new ArrayList<>(requests.size());
		Map<Count, Integer> places = new HashMap<>();
		List<Integer> asked = new ArrayList<>(requests.size());
		for (RateLimitRequest request : requests) {
			Integer place = places.putIfAbsent(new Count(request.policy(), request.key()), limits.size());
			if (place == null) {
				place = limits.size();
				limits.add(Limit.of(policy(request.policy(), request.key()), request.key(), request.cost()));
			}
			else {
				limits.set(place, limits.get(place).plus(request.cost()));
			}
			asked.add(place);
		}
		return decide(limits).thenApply((decisions) -> new Decisions(asked.stream().map(decisions::get).toList()));
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

	/**
	 * Be told when little is left of a policy: at most once a period of each policy, and
	 * once a second. Replaces what was asked for before.
	 * @param share of what may be taken at once, above 0 and up to 1; less than that left
	 * is little
	 * @param listener gets told, on a thread on which it must not block
	 */
	public void onNearLimit(double share, Consumer<NearLimitEvent> listener) {
		if (!(share > 0 && share <= 1)) {
			throw new IllegalArgumentException("The share must be above 0 and up to 1 but is " + share);
		}
		this.policies.forEach((name, policy) -> watch(name).tell(NearLimit.of(share, policy.period(), listener)));
	}

	/**
	 * What each policy does on this node.
	 * @return the status of all policies, in the order of their names
	 */
	public List<RateLimitStatus> status() {
		return this.policies.keySet().stream().map(this::status).toList();
	}

	/**
	 * What a policy does on this node.
	 * @param policy the name of the policy
	 * @return its status
	 * @throws IllegalArgumentException if there is no such policy
	 */
	public RateLimitStatus status(String policy) {
		HotBucket bucket = this.hot.get(policy);
		return new RateLimitStatus(policy(policy), this.changes.isChanged(policy),
				(bucket != null) ? bucket.leases() : 0, (bucket != null) ? bucket.calls() : 0);
	}

	/**
	 * Number of decisions of this node since it was started, without those that only
	 * looked.
	 * @param policy the name of the policy
	 * @param allowed which of them
	 * @param source who decided
	 * @return how many
	 * @throws IllegalArgumentException if there is no such policy
	 */
	public long decisions(String policy, boolean allowed, Decision.Source source) {
		return watch(configured(policy).name()).count(allowed, source);
	}

	/**
	 * Number of keys on which this node decides alone, because Redis did not answer.
	 * @return for metrics
	 */
	public int localKeys() {
		return this.local.size();
	}

	private PolicyWatch watch(String policy) {
		return Objects.requireNonNull(this.watches.get(policy));
	}

	RateLimitPolicy policy(String name) {
		return this.changes.apply(configured(name));
	}

	RateLimitPolicy policy(String name, String key) {
		RateLimitPolicy resolved = this.resolver.resolve(policy(name), key);
		if (!resolved.name().equals(name)) {
			throw new IllegalStateException(
					"The LimitResolver made policy '%s' of policy '%s': it may change its limits, not its name"
						.formatted(resolved.name(), name));
		}
		return resolved;
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

	// Who is at work already takes no other place: that is no decision.
	CompletionStage<Decision> renew(Limit limit) {
		return this.script.decide(List.of(limit)).thenApply((decisions) -> decisions.get(0));
	}

	private CompletionStage<List<Decision>> decide(List<Limit> limits) {
		return this.gateway.observations()
			.observe(RateLimitObservation.DECIDE, limits.get(0).policy().name(),
					() -> this.script.decide(limits)
						.thenApply((decisions) -> watch(limits, decisions))
						.exceptionallyCompose((failure) -> withoutRedis(limits, failure)),
					(decisions) -> RateLimitObservation.outcome(new Decisions(decisions).tightest()));
	}

	private List<Decision> watch(List<Limit> limits, List<Decision> decisions) {
		for (int i = 0; i < limits.size(); i++) {
			if (limits.get(i).cost() > 0) {
				watch(limits.get(i).policy().name()).saw(limits.get(i).key(), decisions.get(i));
			}
		}
		return decisions;
	}

	private CompletionStage<List<Decision>> withoutRedis(List<Limit> limits, Throwable failure) {
		Throwable cause = RedisPatternsException.causeOf(failure);
		boolean closed = limits.stream().anyMatch((limit) -> limit.policy().onRedisFailure() == OnRedisFailure.CLOSED);
		if (closed || !(cause instanceof RedisUnavailableException)) {
			return CompletableFuture.failedStage(cause);
		}
		return CompletableFuture.completedStage(watch(limits, limits.stream().map(this::withoutRedis).toList()));
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

	/**
	 * Where a request is counted: what is asked twice of one count is asked once, for
	 * both costs.
	 *
	 * @param policy the name of the policy
	 * @param key who is asking
	 */
	private record Count(String policy, String key) {
	}

}
