package io.github.redispatterns.ratelimit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Asks Redis: one call of {@code decide.lua} whatever the number of limits, or, on a
 * cluster, one for each slot that their keys lie in, whose takings are given back if one
 * of them refuses.
 */
final class LimitScript {

	private static final LuaScript<byte @Nullable []> DECIDE = LuaScript.value("rate-limit/decide");

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final HotKeys hotKeys;

	/** The last of each policy: most of its keys have the same. */
	private final Map<String, States> lastStates = new ConcurrentHashMap<>();

	/** How far the server's clock is ahead of ours; for calendars only. */
	private volatile Duration ahead = Duration.ZERO;

	LimitScript(RedisGateway gateway, KeySpace keys, HotKeys hotKeys) {
		this.gateway = gateway;
		this.keys = keys;
		this.hotKeys = hotKeys;
	}

	CompletionStage<List<Decision>> decide(List<Limit> limits) {
		List<String> states = limits.stream().map(this::state).toList();
		if (limits.size() == 1 || !this.gateway.isCluster()) {
			return call(limits, states);
		}
		Map<Integer, List<Integer>> slots = IntStream.range(0, limits.size())
			.boxed()
			.collect(Collectors.groupingBy((i) -> SlotHash.getSlot(states.get(i))));
		return (slots.size() == 1) ? call(limits, states) : callEach(limits, states, slots.values());
	}

	private CompletionStage<List<Decision>> callEach(List<Limit> limits, List<String> states,
			Collection<List<Integer>> slots) {
		Decision[] decisions = new Decision[limits.size()];
		List<CompletableFuture<?>> calls = new ArrayList<>();
		for (List<Integer> slot : slots) {
			calls.add(call(pick(limits, slot), pick(states, slot)).thenAccept((some) -> {
				for (int i = 0; i < some.size(); i++) {
					decisions[slot.get(i)] = some.get(i);
				}
			}).toCompletableFuture());
		}
		return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
			.handle((done, failure) -> failure)
			.thenCompose((failure) -> settle(limits, states, slots, decisions)
				.thenCompose((settled) -> (failure != null) ? CompletableFuture.failedStage(failure)
						: CompletableFuture.completedStage(List.of(decisions))));
	}

	// Gives back what some slots took, if not all of them allow.
	private CompletionStage<?> settle(List<Limit> limits, List<String> states, Collection<List<Integer>> slots,
			Decision[] decisions) {
		List<List<Integer>> took = slots.stream()
			.filter((slot) -> slot.stream().allMatch((i) -> decisions[i] != null && decisions[i].allowed()))
			.toList();
		if (took.size() == slots.size()) {
			return CompletableFuture.completedStage(null);
		}
		return CompletableFuture.allOf(took.stream().map((slot) -> {
			List<Limit> refunds = pick(limits, slot).stream().map(Limit::refund).toList();
			return call(refunds, pick(states, slot)).thenAccept((some) -> {
				for (int i = 0; i < some.size(); i++) {
					decisions[slot.get(i)] = some.get(i);
				}
			}).toCompletableFuture();
		}).toArray(CompletableFuture[]::new));
	}

	private static <T> List<T> pick(List<T> all, List<Integer> which) {
		return which.stream().map(all::get).toList();
	}

	private CompletionStage<List<Decision>> call(List<Limit> limits, List<String> states) {
		return send(limits, states).thenCompose((reply) -> {
			this.ahead = Duration.between(Instant.now(), Limit.EPOCH.plusMillis(reply.getLong(0)));
			// Without decisions a calendar window was not the server's.
			return (reply.limit() > Long.BYTES) ? CompletableFuture.completedStage(reply) : send(limits, states);
		}).thenApply((reply) -> decisions(limits, reply));
	}

	private CompletionStage<ByteBuffer> send(List<Limit> limits, List<String> states) {
		Instant now = Instant.now().plus(this.ahead);
		ByteBuffer argument = ByteBuffer.allocate(limits.stream().mapToInt(Limit::length).sum());
		limits.forEach((limit) -> limit.write(argument, now, this.hotKeys));
		return this.gateway.execute(DECIDE, states, argument.array())
			.thenApply((reply) -> ByteBuffer.wrap(Objects.requireNonNull(reply)));
	}

	private static List<Decision> decisions(List<Limit> limits, ByteBuffer reply) {
		reply.position(Long.BYTES);
		return limits.stream().map((limit) -> limit.read(reply)).toList();
	}

	CompletionStage<Boolean> reset(Limit limit) {
		byte[] state = RedisGateway.utf8(state(limit));
		return this.gateway.command((redis) -> redis.unlink(state)).thenApply((removed) -> removed > 0);
	}

	private String state(Limit limit) {
		RateLimitPolicy policy = limit.policy();
		States states = this.lastStates.get(policy.name());
		if (states == null || !states.policy().equals(policy)) {
			states = new States(policy, policy.states(this.keys));
			this.lastStates.put(policy.name(), states);
		}
		return states.keys().key(limit.key());
	}

	/**
	 * Where the states of a policy lie.
	 *
	 * @param policy the policy
	 * @param keys their key space
	 */
	private record States(RateLimitPolicy policy, KeySpace keys) {
	}

}
