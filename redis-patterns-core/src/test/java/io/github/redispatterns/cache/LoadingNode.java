package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.key.KeySpace;

/** A JVM that begins to load a value, says so, and never ends. */
public final class LoadingNode {

	static final String CACHE = "killed";

	static final CacheSettings SETTINGS = CacheSettings.builder().lease(Duration.ofSeconds(2)).build();

	private LoadingNode() {
	}

	/**
	 * The child.
	 * @param args host and port of Redis, the key space, and the key
	 */
	public static void main(String[] args) {
		Nodes.Connection connection = new Nodes.Connection(args[0], Integer.parseInt(args[1]), Duration.ofSeconds(10));
		TypedCacheManager
			.builder(connection.gateway(), KeySpace.of(args[2]),
					PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared())))
			.cache(CACHE, SETTINGS)
			.build()
			.getCache(CACHE)
			.as(ResolvableType.forClass(String.class))
			.get(args[3], () -> {
				System.out.println("loading");
				new CountDownLatch(1).await();
				return "never";
			});
	}

}
