package io.github.redispatterns.benchmarks;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.gateway.FlushConsolidation;

/** The server that the benchmarks of this run share. */
final class BenchmarkServer {

	static final String URL_PROPERTY = "redis-patterns.benchmarks.url";

	private BenchmarkServer() {
	}

	/**
	 * Connect as Spring Boot does without us.
	 * @return a started factory
	 */
	static LettuceConnectionFactory connect() {
		return connect(LettuceClientConfiguration.builder());
	}

	/**
	 * Connect as Spring Boot does with us.
	 * @return a started factory
	 */
	static LettuceConnectionFactory connectConsolidated() {
		ClientResources resources = ClientResources.builder().nettyCustomizer(new FlushConsolidation()).build();
		return connect(LettuceClientConfiguration.builder().clientResources(resources));
	}

	private static LettuceConnectionFactory connect(LettuceClientConfigurationBuilder client) {
		ClientOptions options = ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build();
		RedisURI uri = RedisURI.create(System.getProperty(URL_PROPERTY));
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()), client.clientOptions(options).build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

}
