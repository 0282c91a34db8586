package io.github.redispatterns.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.ratelimit.HotKeys;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.ratelimit.RateLimiters;

/** The ways to limit a rate that are compared, each on a connection of its own. */
final class RatePeers implements AutoCloseable {

	private static final String GATEWAY_SCRIPT = "/META-INF/scripts/request_rate_limiter.lua";

	private final RedisServer server;

	private final Deque<Runnable> ends = new ArrayDeque<>();

	RatePeers(RedisServer server) {
		this.server = server;
	}

	RatePeer ours() {
		return ours(Case.OURS, HotKeys.ofDefaults());
	}

	// Tokens may be spent within a second after they were taken.
	RatePeer leasing() {
		return ours("leasing", HotKeys.ofDefaults().withLease(Duration.ofSeconds(1)));
	}

	private RatePeer ours(String name, HotKeys hotKeys) {
		LettuceConnectionFactory factory = factory(Connections.consolidated(this.server));
		Timers timers = new Timers();
		this.ends.push(timers::close);
		RedisGateway gateway = new RedisGateway(factory, Duration.ofSeconds(5), timers);
		return new RatePeer(name, (rate) -> {
			RateLimitPolicy policy = RateLimitPolicy.tokenBucket(rate.name(), rate.limit(), rate.period());
			RateLimiters limiters = new RateLimiters(gateway, KeySpace.of("bench").child("rate-limit"), List.of(policy),
					(same, key) -> same, hotKeys);
			RateLimiter limiter = limiters.get(rate.name());
			return (key) -> limiter.tryAcquire(key).allowed();
		});
	}

	// What one script costs that does nothing.
	RatePeer raw() {
		RedisClusterAsyncCommands<byte[], byte[]> redis = plain();
		String sha = redis.scriptLoad("return 1").toCompletableFuture().join();
		return new RatePeer("raw", (rate) -> (key) -> {
			byte[][] keys = { RedisGateway.utf8("bench:raw:{" + key + "}") };
			return redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, keys).toCompletableFuture().join() == 1;
		});
	}

	// One proxy a call, as its documentation shows it.
	RatePeer bucket4j() {
		ProxyManager<byte[]> buckets = bucket4jBuckets();
		return new RatePeer("bucket4j", (rate) -> {
			BucketConfiguration configuration = bucket4jConfiguration(rate);
			return (key) -> buckets.getProxy(bucket4jKey("bucket4j", rate, key), () -> configuration).tryConsume(1);
		});
	}

	// Its optimizations live in the proxy, which so has to be kept.
	RatePeer bucket4jBatching() {
		ProxyManager<byte[]> buckets = bucket4jBuckets();
		Optimization batching = Optimizations.batching();
		return new RatePeer("bucket4j-batching", (rate) -> {
			BucketConfiguration configuration = bucket4jConfiguration(rate);
			Map<String, Bucket> kept = new ConcurrentHashMap<>();
			return (key) -> kept
				.computeIfAbsent(key,
						(name) -> buckets.builder()
							.withOptimization(batching)
							.build(bucket4jKey("bucket4j-batching", rate, name), () -> configuration))
				.tryConsume(1);
		});
	}

	RatePeer redisson() {
		Config config = new Config();
		config.useSingleServer().setAddress(this.server.url());
		RedissonClient redisson = Redisson.create(config);
		this.ends.push(redisson::shutdown);
		return new RatePeer("redisson", (rate) -> {
			Map<String, RRateLimiter> kept = new ConcurrentHashMap<>();
			return (key) -> kept.computeIfAbsent(key, (name) -> {
				RRateLimiter limiter = redisson.getRateLimiter("bench:redisson:" + rate.name() + ":" + name);
				limiter.trySetRate(RateType.OVERALL, rate.limit(), rate.period());
				return limiter;
			}).tryAcquire();
		});
	}

	// Its script, which is the best that it can do: its filter around it costs more.
	RatePeer springCloudGateway() {
		RedisClusterAsyncCommands<byte[], byte[]> redis = plain();
		String sha = redis.scriptLoad(gatewayScript()).toCompletableFuture().join();
		return new RatePeer("spring-cloud-gateway", (rate) -> {
			double perSecond = rate.limit() * 1000.0 / rate.period().toMillis();
			byte[][] arguments = { utf8(perSecond), utf8(rate.limit()), utf8(""), utf8(1) };
			return (key) -> {
				String name = "request_rate_limiter.{bench." + rate.name() + "." + key + "}.";
				byte[][] keys = { RedisGateway.utf8(name + "tokens"), RedisGateway.utf8(name + "timestamp") };
				List<Long> reply = redis.<List<Long>>evalsha(sha, ScriptOutputType.MULTI, keys, arguments)
					.toCompletableFuture()
					.join();
				return reply.get(0) == 1;
			};
		});
	}

	@Override
	public void close() {
		this.ends.forEach(Runnable::run);
	}

	private ProxyManager<byte[]> bucket4jBuckets() {
		RedisClient client = RedisClient.create(this.server.url());
		this.ends.push(client::shutdown);
		return Bucket4jLettuce.casBasedBuilder(client)
			.expirationAfterWrite(
					ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1)))
			.build();
	}

	private static BucketConfiguration bucket4jConfiguration(Rate rate) {
		return BucketConfiguration.builder()
			.addLimit((limit) -> limit.capacity(rate.limit()).refillGreedy(rate.limit(), rate.period()))
			.build();
	}

	private static byte[] bucket4jKey(String peer, Rate rate, String key) {
		return RedisGateway.utf8("bench:" + peer + ":" + rate.name() + ":" + key);
	}

	private RedisClusterAsyncCommands<byte[], byte[]> plain() {
		LettuceConnection connection = (LettuceConnection) factory(Connections.plain(this.server)).getConnection();
		return connection.getNativeConnection();
	}

	private LettuceConnectionFactory factory(LettuceConnectionFactory factory) {
		this.ends.push(factory::destroy);
		return factory;
	}

	private static String gatewayScript() {
		try (InputStream in = RatePeers.class.getResourceAsStream(GATEWAY_SCRIPT)) {
			if (in == null) {
				throw new IllegalStateException("No " + GATEWAY_SCRIPT + " on the class path");
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] utf8(Object value) {
		return RedisGateway.utf8(value.toString());
	}

	/**
	 * How much is allowed.
	 *
	 * @param name part of keys
	 * @param limit how many, also at once
	 * @param period in which time
	 */
	record Rate(String name, long limit, Duration period) {

	}

}
