package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.baomidou.lock.executor.RedisTemplateLockExecutor;
import com.baomidou.lock.spring.boot.autoconfigure.Lock4jProperties;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;

/** The ways to lock that are compared, each on nodes of its own. */
final class LockPeers implements AutoCloseable {

	static final int NODES = 4;

	private static final Duration WAIT = Duration.ofSeconds(30);

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final String RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

	private final Target target;

	private final Deque<Runnable> ends = new ArrayDeque<>();

	LockPeers(Target target) {
		this.target = target;
	}

	Peer<List<Node>> ours() {
		return peer(Case.OURS, () -> {
			Timers timers = new Timers();
			RedisGateway gateway = new RedisGateway(connect(Connections.consolidated(this.target)),
					Duration.ofSeconds(5), timers);
			this.ends.push(timers::close);
			this.ends.push(gateway::stop);
			Locks locks = new Locks(gateway, KeySpace.of("bench").child("lock"), UUID.randomUUID().toString(),
					LockSettings.ofDefaults().withLease(LEASE), ForkJoinPool.commonPool());
			this.ends.push(locks::stop);
			return (name) -> {
				LockHandle handle = locks.get(name).acquire(WAIT);
				return handle::release;
			};
		});
	}

	// What the commands cost; it does not wait.
	Peer<List<Node>> raw() {
		return peer("raw", () -> {
			LettuceConnection connection = (LettuceConnection) connect(Connections.plain(this.target)).getConnection();
			RedisClusterAsyncCommands<byte[], byte[]> redis = connection.getNativeConnection();
			String sha = redis.scriptLoad(RELEASE).toCompletableFuture().join();
			return (name) -> {
				byte[][] key = { RedisGateway.utf8("bench:raw:" + name) };
				byte[] token = RedisGateway.utf8(UUID.randomUUID().toString());
				if (redis.set(key[0], token, SetArgs.Builder.nx().px(LEASE)).toCompletableFuture().join() == null) {
					throw new IllegalStateException("Somebody holds " + name);
				}
				return () -> redis.<Long>evalsha(sha, ScriptOutputType.INTEGER, key, token)
					.toCompletableFuture()
					.join();
			};
		});
	}

	Peer<List<Node>> redisson(String name, BiFunction<RedissonClient, String, Lock> lock) {
		return peer(name, () -> {
			Config config = new Config();
			config.useSingleServer().setAddress(this.target.url());
			RedissonClient redisson = Redisson.create(config);
			this.ends.push(redisson::shutdown);
			return waiting((key) -> lock.apply(redisson, "bench:" + name + ":" + key));
		});
	}

	Peer<List<Node>> springIntegration(String name, RedisLockType type) {
		return peer(name, () -> {
			RedisLockRegistry registry = new RedisLockRegistry(connect(Connections.plain(this.target)), "bench-" + name,
					LEASE.toMillis());
			registry.setRedisLockType(type);
			this.ends.push(registry::destroy);
			return waiting(registry::obtain);
		});
	}

	// It does not wait.
	Peer<List<Node>> shedLock() {
		return peer("shedlock", () -> {
			RedisLockProvider locks = new RedisLockProvider.Builder(connect(Connections.plain(this.target))).build();
			return (name) -> locks.lock(new LockConfiguration(Instant.now(), name, LEASE, Duration.ZERO))
				.orElseThrow()::unlock;
		});
	}

	// Asks again every 100 ms, as its template does.
	Peer<List<Node>> lock4j() {
		return peer("lock4j", () -> {
			RedisTemplateLockExecutor locks = new RedisTemplateLockExecutor(
					new StringRedisTemplate(connect(Connections.plain(this.target))), new Lock4jProperties());
			return (name) -> {
				String key = "bench:lock4j:" + name;
				String token = UUID.randomUUID().toString();
				String held = locks.acquire(key, token, LEASE.toMillis(), WAIT.toMillis());
				while (held == null) {
					Thread.sleep(100);
					held = locks.acquire(key, token, LEASE.toMillis(), WAIT.toMillis());
				}
				return () -> locks.releaseLock(key, token, token);
			};
		});
	}

	private static Node waiting(LockOf locks) {
		return (name) -> {
			Lock lock = locks.get(name);
			if (!lock.tryLock(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("Waited for %s in vain".formatted(name));
			}
			return lock::unlock;
		};
	}

	private Peer<List<Node>> peer(String name, Supplier<Node> node) {
		return Peer.of(name, () -> Stream.generate(node).limit(NODES).toList());
	}

	private LettuceConnectionFactory connect(LettuceConnectionFactory factory) {
		this.ends.push(factory::destroy);
		return factory;
	}

	@Override
	public void close() {
		this.ends.forEach(Runnable::run);
	}

	/** A lock that somebody holds. */
	@FunctionalInterface
	interface Held extends AutoCloseable {

	}

	/** A node, with a connection of its own. */
	@FunctionalInterface
	interface Node {

		/**
		 * Wait for a lock, half a minute at most.
		 * @param lock its name
		 * @return gives it back
		 * @throws Exception if it could not be had
		 */
		Held acquire(String lock) throws Exception;

	}

	/** Gets a lock by name. */
	@FunctionalInterface
	private interface LockOf {

		Lock get(String name);

	}

}
