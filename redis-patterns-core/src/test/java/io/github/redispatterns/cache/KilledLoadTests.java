package io.github.redispatterns.cache;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A node that is killed ({@code SIGKILL}) while others wait for what it loads. */
@ExtendWith(RedisExtension.class)
class KilledLoadTests {

	private static final int CROWD = 20;

	private final Redis redis;

	private final AtomicInteger loads = new AtomicInteger();

	KilledLoadTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void isFollowedByOneLoadOfAllOthers() throws Exception {
		String key = "key-" + System.nanoTime();
		Process loading = startLoading(key);
		try (Nodes.Connection here = Nodes.Connection.open(); Nodes.Connection there = Nodes.Connection.open()) {
			List<TypedCache> nodes = List.of(node(here), node(there));
			AtomicInteger next = new AtomicInteger();
			CompletableFuture<List<String>> crowd = CompletableFuture.supplyAsync(
					() -> crowd(() -> nodes.get(next.getAndIncrement() % 2).get(key, this::load)),
					(task) -> new Thread(task).start());
			// Longer than its lease: what it renews is not taken over.
			Awaitility.await()
				.pollDelay(LoadingNode.SETTINGS.lease().plusMillis(500))
				.until(() -> nodes.stream().allMatch((node) -> node.statistics().count(Event.LEASE_WAIT) > 0));
			assertThat(this.loads).hasValue(0);
			assertThat(crowd).isNotDone();
			loading.destroyForcibly().waitFor();
			assertThat(crowd.get(20, TimeUnit.SECONDS)).hasSize(CROWD).containsOnly("loaded");
			assertThat(this.loads).hasValue(1);
		}
		finally {
			loading.destroyForcibly();
		}
	}

	private Process startLoading(String key) throws Exception {
		RedisServer server = DevRedis.shared();
		Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Xmx128m", "-XX:TieredStopAtLevel=1",
				LoadingNode.class.getName(), server.host(), String.valueOf(server.port()), this.redis.keys().toString(),
				key)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		BufferedReader out = node.inputReader();
		assertThat(out.readLine()).isEqualTo("loading");
		return node;
	}

	private TypedCache node(Nodes.Connection connection) {
		return Nodes.node(connection.gateway(), this.redis)
			.cache(LoadingNode.CACHE, LoadingNode.SETTINGS)
			.build()
			.getCache(LoadingNode.CACHE)
			.as(ResolvableType.forClass(String.class));
	}

	private static List<String> crowd(Callable<String> caller) {
		try {
			return Nodes.crowd(CROWD, caller);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private String load() {
		this.loads.incrementAndGet();
		return "loaded";
	}

}
