package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;

/** A script call through the gateway, beside {@code EVALSHA} through Lettuce alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class GatewayBenchmark {

	private static final LuaScript<Long> ONE = LuaScript.integer("benchmarks/one");

	@Param({ Ratios.OURS, "raw" })
	private String peer = Ratios.OURS;

	private LettuceConnectionFactory factory = BenchmarkServer.connectConsolidated();

	private Supplier<Long> call = () -> 0L;

	/** Prepare the call of the peer. */
	@Setup
	public void setUp() {
		if (!Ratios.OURS.equals(this.peer)) {
			this.factory = BenchmarkServer.connect();
		}
		this.call = Ratios.OURS.equals(this.peer) ? ours() : raw();
	}

	/** Disconnect. */
	@TearDown
	public void tearDown() {
		this.factory.destroy();
	}

	/**
	 * One blocking script call.
	 * @return the reply
	 */
	@Benchmark
	public Long script() {
		return this.call.get();
	}

	private Supplier<Long> ours() {
		RedisGateway gateway = new RedisGateway(this.factory, Duration.ofSeconds(5), new Timers());
		return () -> gateway.await(gateway.execute(ONE, List.of("bench:{one}")));
	}

	private Supplier<Long> raw() {
		LettuceConnection connection = (LettuceConnection) this.factory.getConnection();
		RedisClusterAsyncCommands<byte[], byte[]> redis = connection.getNativeConnection();
		String sha = redis.scriptLoad("return 1").toCompletableFuture().join();
		byte[][] keys = { RedisGateway.utf8("bench:{one}") };
		return () -> redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, keys).toCompletableFuture().join();
	}

}
