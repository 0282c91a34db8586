package io.github.redispatterns.benchmarks;

import io.lettuce.core.RedisURI;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The server that the benchmarks of this run share. */
final class BenchmarkServer {

	static final String URL_PROPERTY = "redis-patterns.benchmarks.url";

	private BenchmarkServer() {
	}

	static LettuceConnectionFactory connect() {
		RedisURI uri = RedisURI.create(System.getProperty(URL_PROPERTY));
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

}
