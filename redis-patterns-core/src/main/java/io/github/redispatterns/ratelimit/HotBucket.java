package io.github.redispatterns.ratelimit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The buckets of one policy with one bandwidth, for requests that do not wait: answers
 * busy keys with few trips, by remembered refusals, by leases, and by sending together
 * what comes at the same time.
 */
final class HotBucket {

	private static final LuaScript<List<Long>> SCRIPT = LuaScript.integers("rate-limit/bucket");

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final HotKeys hotKeys;

	private final Function<String, RateLimitPolicy> policies;

	private final PolicyWatch watch;

	private final DeniedKeys denied;

	private final @Nullable Leases leases;

	private final Coalescing coalescing = new Coalescing(this::local, this::remote);

	/** Most keys of a policy have the same. */
	private volatile @Nullable BucketScale lastScale;

	/**
	 * Create the buckets of a policy.
	 * @param gateway the way to Redis
	 * @param keys the key space of rate limits
	 * @param hotKeys how to answer with few trips
	 * @param lease how long tokens may be spent after they were taken, zero for no leases
	 * @param policies the policy with the limits that hold for a key
	 * @param watch is shown each decision
	 */
	HotBucket(RedisGateway gateway, KeySpace keys, HotKeys hotKeys, Duration lease,
			Function<String, RateLimitPolicy> policies, PolicyWatch watch) {
		this.gateway = gateway;
		this.keys = keys;
		this.hotKeys = hotKeys;
		this.policies = policies;
		this.denied = new DeniedKeys(hotKeys.denyFor());
		this.watch = watch;
		this.leases = lease.isZero() ? null : new Leases(lease, gateway.timers());
	}

	/**
	 * Answer without Redis.
	 * @param key who is asking
	 * @param cost units to take
	 * @return the decision, or nothing if Redis is to be asked
	 */
	@Nullable Decision local(String key, long cost) {
		Decision decision = this.denied.find(key, cost);
		if (decision == null && this.leases != null && cost > 0) {
			decision = this.leases.spend(key, cost);
		}
		return (decision != null) ? this.watch.saw(key, decision) : null;
	}

	CompletionStage<Decision> ask(String key, long cost) {
		return this.coalescing.join(key, cost);
	}

	int leases() {
		return (this.leases != null) ? this.leases.size() : 0;
	}

	int calls() {
		return this.coalescing.inFlight();
	}

	// What is remembered of a key may be wrong from now on.
	void forget(String key) {
		this.denied.forget(key);
	}

	// What is remembered of any key may be wrong from now on.
	void forgetAll() {
		this.denied.forgetAll();
	}

	/**
	 * Give back what was taken in advance and not spent.
	 * @return completes when Redis has it, or does not answer
	 */
	CompletableFuture<?> giveBack() {
		List<CompletableFuture<?>> calls = new ArrayList<>();
		if (this.leases != null) {
			this.leases
				.endAll((key, rest) -> calls.add(send(key, scale(key), new long[0], rest).toCompletableFuture()));
		}
		return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).exceptionally((failure) -> null);
	}

	private CompletionStage<List<Decision>> remote(String key, long[] costs) {
		BucketScale scale = scale(key);
		long demand = 0;
		for (long cost : costs) {
			demand += cost;
		}
		Lease.Wish wish = (this.leases != null && demand > 0) ? this.leases.renew(key, demand).atMost(scale.mostLent())
				: Lease.Wish.NOTHING;
		long asked = System.nanoTime();
		return send(key, scale, costs, wish).thenApply((reply) -> decisions(key, scale, costs, reply, asked));
	}

	private BucketScale scale(String key) {
		RateLimitPolicy policy = this.policies.apply(key);
		BucketScale scale = this.lastScale;
		if (scale == null || !scale.policy().equals(policy)) {
			scale = BucketScale.of(policy, this.keys, this.hotKeys);
			this.lastScale = scale;
		}
		return scale;
	}

	private CompletionStage<List<Long>> send(String key, BucketScale scale, long[] costs, Lease.Wish wish) {
		return this.gateway.execute(SCRIPT, List.of(scale.states().key(key)), argument(scale, wish, costs));
	}

	/**
	 * What the script is asked.
	 * @param scale the numbers of the bucket
	 * @param wish what to lend, and what is given back
	 * @param costs the requests
	 * @return as its header says
	 */
	static byte[] argument(BucketScale scale, Lease.Wish wish, long... costs) {
		ByteBuffer argument = ByteBuffer.allocate(Long.BYTES * (6 + 2 * costs.length))
			.putLong(scale.limit())
			.putLong(scale.period())
			.putLong(scale.capacity())
			.putLong(wish.tokens())
			.putLong(wish.back())
			.putLong(wish.takenAt());
		int from = 0;
		for (int i = 1; i <= costs.length; i++) {
			if (i == costs.length || costs[i] != costs[from]) {
				argument.putLong(i - from).putLong(costs[from]);
				from = i;
			}
		}
		return Arrays.copyOf(argument.array(), argument.position());
	}

	private List<Decision> decisions(String key, BucketScale scale, long[] costs, List<Long> reply, long asked) {
		boolean plain = reply.size() == 1;
		BucketLevel level = new BucketLevel(scale, reply.get(0),
				plain ? Duration.ZERO : Duration.ofMillis(reply.get(1)));
		List<Decision> decisions = new ArrayList<>(costs.length);
		for (long cost : costs) {
			Decision decision = level.take(cost);
			if (!decision.allowed()) {
				this.denied.remember(key, cost, decision, asked);
			}
			decisions.add((cost > 0) ? this.watch.saw(key, decision) : decision);
		}
		if (this.leases != null) {
			this.leases.keep(key, plain ? level.lend(0, 0, asked) : level.lend(reply.get(3), reply.get(2), asked));
		}
		return decisions;
	}

}
