package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

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
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter.Response;
import org.springframework.cloud.gateway.filter.ratelimit.RedisRateLimiter;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.scripting.support.ResourceScriptSource;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.ratelimit.HotKeys;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimitRequest;
import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.ratelimit.RateLimiters;

/** The ways to limit a rate that are compared, each on a connection of its own. */
final class RatePeers implements AutoCloseable {

	private static final KeySpace KEYS = KeySpace.of("bench").child("rate-limit");

	private final Target target;

	private final Deque<Runnable> ends = new ArrayDeque<>();

	RatePeers(Target target) {
		this.target = target;
	}

	Peer<Limiters> ours() {
		return ours(Case.OURS, HotKeys.ofDefaults());
	}

	// The same in a JVM of its own.
	Peer<Limiters> unleased() {
		return ours("unleased", HotKeys.ofDefaults());
	}

	// Tokens may be spent within a second after they were taken.
	Peer<Limiters> leasing() {
		return ours("leasing", HotKeys.ofDefaults().withLease(Duration.ofSeconds(1)));
	}

	// As many policies at once, of the same key.
	Peer<Limiters> together(int policies) {
		return Peer.of(policies + "-rules", () -> {
			RedisGateway gateway = gateway();
			return (rate) -> {
				List<RateLimitPolicy> rules = IntStream.range(0, policies)
					.mapToObj((i) -> RateLimitPolicy.tokenBucket(rate.name() + i, rate.limit(), rate.period()))
					.toList();
				RateLimiters limiters = new RateLimiters(gateway, KEYS, rules);
				return (key) -> limiters
					.tryAcquire(rules.stream().map((rule) -> new RateLimitRequest(rule.name(), key, 1)).toList())
					.allowed();
			};
		});
	}

	private Peer<Limiters> ours(String name, HotKeys hotKeys) {
		return Peer.of(name, () -> {
			RedisGateway gateway = gateway();
			return (rate) -> {
				RateLimitPolicy policy = RateLimitPolicy.tokenBucket(rate.name(), rate.limit(), rate.period());
				RateLimiter limiter = new RateLimiters(gateway, KEYS, List.of(policy), (same, key) -> same, hotKeys)
					.get(rate.name());
				return (key) -> limiter.tryAcquire(key).allowed();
			};
		});
	}

	private RedisGateway gateway() {
		Timers timers = new Timers();
		this.ends.push(timers::close);
		return new RedisGateway(factory(Connections.consolidated(this.target)), Duration.ofSeconds(5), timers);
	}

	// What one script costs that does nothing.
	Peer<Limiters> raw() {
		return Peer.of("raw", () -> {
			RedisClusterAsyncCommands<byte[], byte[]> redis = plain();
			String sha = redis.scriptLoad("return 1").toCompletableFuture().join();
			return (rate) -> (key) -> {
				byte[][] keys = { RedisGateway.utf8("bench:raw:{" + key + "}") };
				return redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, keys).toCompletableFuture().join() == 1;
			};
		});
	}

	// One proxy a call, as its documentation shows it.
	Peer<Limiters> bucket4j() {
		return Peer.of("bucket4j", () -> {
			ProxyManager<byte[]> buckets = bucket4jBuckets();
			return (rate) -> {
				BucketConfiguration configuration = bucket4jConfiguration(rate);
				return (key) -> buckets.getProxy(bucket4jKey("bucket4j", rate, key), () -> configuration).tryConsume(1);
			};
		});
	}

	// Its optimizations live in the proxy, which so has to be kept.
	Peer<Limiters> bucket4jBatching() {
		return Peer.of("bucket4j-batching", () -> {
			ProxyManager<byte[]> buckets = bucket4jBuckets();
			Optimization batching = Optimizations.batching();
			return (rate) -> {
				BucketConfiguration configuration = bucket4jConfiguration(rate);
				Map<String, Bucket> kept = new ConcurrentHashMap<>();
				return (key) -> kept
					.computeIfAbsent(key,
							(name) -> buckets.builder()
								.withOptimization(batching)
								.build(bucket4jKey("bucket4j-batching", rate, name), () -> configuration))
					.tryConsume(1);
			};
		});
	}

	Peer<Limiters> redisson() {
		return Peer.of("redisson", () -> {
			Config config = new Config();
			config.useSingleServer().setAddress(this.target.url());
			RedissonClient redisson = Redisson.create(config);
			this.ends.push(redisson::shutdown);
			return (rate) -> {
				Map<String, RRateLimiter> kept = new ConcurrentHashMap<>();
				return (key) -> kept.computeIfAbsent(key, (name) -> {
					RRateLimiter limiter = redisson.getRateLimiter("bench:redisson:" + rate.name() + ":" + name);
					limiter.trySetRate(RateType.OVERALL, rate.limit(), rate.period());
					return limiter;
				}).tryAcquire();
			};
		});
	}

	// The limiter behind its filter, in the context that its auto-configuration makes.
	Peer<Limiters> springCloudGateway() {
		return Peer.of("spring-cloud-gateway", () -> {
			GenericApplicationContext context = new GenericApplicationContext();
			ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(
					factory(Connections.plain(this.target)));
			context.registerBean(ReactiveStringRedisTemplate.class, () -> template);
			context.registerBean(RedisRateLimiter.REDIS_SCRIPT_NAME, RedisScript.class, RatePeers::gatewayScript);
			context.refresh();
			this.ends.push(context::close);
			return (rate) -> {
				RedisRateLimiter limiter = gatewayLimiter(rate);
				limiter.setApplicationContext(context);
				return (key) -> {
					Response response = limiter.isAllowed(rate.name(), key).block();
					return response != null && response.isAllowed();
				};
			};
		});
	}

	// It knows whole tokens a second: what is rarer costs several of them.
	private static RedisRateLimiter gatewayLimiter(Rate rate) {
		long seconds = rate.period().toSeconds();
		int tokens = Math.toIntExact(Math.max(1, seconds / rate.limit()));
		int perSecond = Math.toIntExact(Math.max(1, rate.limit() / seconds));
		return new RedisRateLimiter(perSecond, rate.limit() * tokens, tokens);
	}

	@SuppressWarnings("rawtypes")
	private static RedisScript<List> gatewayScript() {
		DefaultRedisScript<List> script = new DefaultRedisScript<>();
		script.setResultType(List.class);
		script.setScriptSource(
				new ResourceScriptSource(new ClassPathResource("META-INF/scripts/request_rate_limiter.lua")));
		return script;
	}

	@Override
	public void close() {
		this.ends.forEach(Runnable::run);
	}

	private ProxyManager<byte[]> bucket4jBuckets() {
		RedisClient client = RedisClient.create(this.target.url());
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
		LettuceConnection connection = (LettuceConnection) factory(Connections.plain(this.target)).getConnection();
		return connection.getNativeConnection();
	}

	private LettuceConnectionFactory factory(LettuceConnectionFactory factory) {
		this.ends.push(factory::destroy);
		return factory;
	}

	/** Makes limiters. */
	@FunctionalInterface
	interface Limiters {

		Limiter of(Rate rate);

	}

	/** A limiter, for any number of keys. */
	@FunctionalInterface
	interface Limiter {

		/**
		 * Take one token if there is one.
		 * @param key who is asking
		 * @return whether there was
		 */
		boolean tryAcquire(String key);

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
