package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.RedisServer;
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

	private final LettuceConnectionFactory plain;

	private final LettuceConnectionFactory consolidated;

	private final Timers timers = new Timers();

	private final RedisGateway gateway;

	private final RedisGateway unreachable;

	GatewayBenchmark(RedisServer server) {
		this.plain = Connections.plain(server);
		this.consolidated = Connections.consolidated(server);
		this.gateway = new RedisGateway(this.consolidated, Duration.ofSeconds(5), this.timers);
		this.unreachable = unreachable();
	}

	@Override
	public List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 1, 16, 128 }) {
			cases.add(script("script-" + threads, threads));
		}
		if (Runtime.version().feature() >= 21) {
			cases.add(script("script-256-virtual", 256).onVirtualThreads());
		}
		cases.add(Case.of("pipeline-of-100", 1, this::pipeline)
			.withTrips(1.0 / PIPELINE)
			.beside("single-calls", this::single));
		cases.add(Case.of("breaker-open", 1, this::rejected).withTrips(0));
		return cases;
	}

	@Override
	public void close() {
		this.timers.close();
		this.plain.destroy();
		this.consolidated.destroy();
	}

	private Case script(String name, int threads) {
		return Case.of(name, threads, this::single)
			.beside("raw", raw(this.plain))
			.beside("raw-consolidated", raw(this.consolidated));
	}

	private int single() {
		this.gateway.await(this.gateway.execute(ONE, List.of(KEY)));
		return 1;
	}

	private int pipeline() {
		List<CompletionStage<Long>> replies = new ArrayList<>(PIPELINE);
		for (int i = 0; i < PIPELINE; i++) {
			replies.add(this.gateway.execute(ONE, List.of(KEY)));
		}
		replies.forEach(this.gateway::await);
		return PIPELINE;
	}

	private int rejected() {
		return this.unreachable.execute(ONE, List.of(KEY)).toCompletableFuture().isCompletedExceptionally() ? 1 : 0;
	}

	private static Case.Operation raw(LettuceConnectionFactory factory) {
		LettuceConnection connection = (LettuceConnection) factory.getConnection();
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
		LettuceConnectionFactory nowhere = new LettuceConnectionFactory("127.0.0.1", 1);
		nowhere.afterPropertiesSet();
		nowhere.start();
		RedisGateway closed = new RedisGateway(nowhere, Duration.ofMillis(500), this.timers);
		while (!closed.breaker().isOpen()) {
			closed.execute(ONE, List.of(KEY)).toCompletableFuture().exceptionally((failure) -> 0L).join();
		}
		return closed;
	}

}
