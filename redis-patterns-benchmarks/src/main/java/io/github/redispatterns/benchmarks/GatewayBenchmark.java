package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.benchmarks.Case.Operation;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;

/**
 * A script that does nothing, through the gateway and through Lettuce alone: as Spring
 * Boot connects it ({@code raw}), and over the gateway's own connection
 * ({@code raw-consolidated}).
 */
final class GatewayBenchmark implements PatternBenchmark {

	private static final LuaScript<Long> ONE = LuaScript.integer("benchmarks/one");

	private static final String KEY = "bench:{one}";

	private static final int PIPELINE = 100;

	private final Target target;

	private final Timers timers = new Timers();

	private final Deque<LettuceConnectionFactory> connections = new ArrayDeque<>();

	GatewayBenchmark(Target target) {
		this.target = target;
	}

	@Override
	public List<Case> cases() {
		Peer<RedisGateway> ours = Peer.of(Case.OURS, this::gateway);
		Peer<Operation> single = Peer.of(Case.OURS, () -> single(ours.get()));
		List<Peer<Operation>> raw = List.of(Peer.of("raw", () -> raw(Connections.plain(this.target))),
				Peer.of("raw-consolidated", () -> raw(Connections.consolidated(this.target))));
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 1, 16, 128 }) {
			cases.add(Case.of("script-" + threads, threads, Function.identity(), single, raw));
		}
		if (Runtime.version().feature() >= 21) {
			cases.add(Case.of("script-256-virtual", 256, Function.identity(), single, raw).onVirtualThreads());
		}
		cases.add(Case.of("pipeline-of-100", 1, Function.identity(), Peer.of(Case.OURS, () -> pipeline(ours.get())),
				List.of(Peer.of("single-calls", () -> single(gateway()))))
			.withTrips(1.0 / PIPELINE));
		cases.add(Case
			.of("breaker-open", 1, Function.identity(), Peer.of(Case.OURS, () -> rejected(unreachable())), List.of())
			.withTrips(0));
		return cases;
	}

	@Override
	public void close() {
		this.timers.close();
		this.connections.forEach(LettuceConnectionFactory::destroy);
	}

	private RedisGateway gateway() {
		return new RedisGateway(connected(Connections.consolidated(this.target)), Duration.ofSeconds(5), this.timers);
	}

	private static Operation single(RedisGateway gateway) {
		return () -> {
			gateway.await(gateway.execute(ONE, List.of(KEY)));
			return 1;
		};
	}

	private static Operation pipeline(RedisGateway gateway) {
		return () -> {
			List<CompletionStage<Long>> replies = new ArrayList<>(PIPELINE);
			for (int i = 0; i < PIPELINE; i++) {
				replies.add(gateway.execute(ONE, List.of(KEY)));
			}
			replies.forEach(gateway::await);
			return PIPELINE;
		};
	}

	private static Operation rejected(RedisGateway unreachable) {
		return () -> unreachable.execute(ONE, List.of(KEY)).toCompletableFuture().isCompletedExceptionally() ? 1 : 0;
	}

	private Operation raw(LettuceConnectionFactory factory) {
		LettuceConnection connection = (LettuceConnection) connected(factory).getConnection();
		RedisClusterAsyncCommands<byte[], byte[]> redis = connection.getNativeConnection();
		String sha = redis.scriptLoad("return 1").toCompletableFuture().join();
		byte[][] keys = { RedisGateway.utf8(KEY) };
		return () -> {
			redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, keys).toCompletableFuture().join();
			return 1;
		};
	}

	// A gateway to nowhere whose breaker has opened.
	private RedisGateway unreachable() {
		LettuceConnectionFactory nowhere = connected(new LettuceConnectionFactory("127.0.0.1", 1));
		nowhere.afterPropertiesSet();
		nowhere.start();
		RedisGateway closed = new RedisGateway(nowhere, Duration.ofMillis(500), this.timers);
		while (!closed.breaker().isOpen()) {
			closed.execute(ONE, List.of(KEY)).toCompletableFuture().exceptionally((failure) -> 0L).join();
		}
		return closed;
	}

	private LettuceConnectionFactory connected(LettuceConnectionFactory factory) {
		this.connections.push(factory);
		return factory;
	}

}
