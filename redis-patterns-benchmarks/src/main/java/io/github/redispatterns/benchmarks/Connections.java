package io.github.redispatterns.benchmarks;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.gateway.FlushConsolidation;

/** Connections as Spring Boot makes them, without us and with us. */
final class Connections {

	private Connections() {
	}

	static LettuceConnectionFactory plain(Target target) {
		return connect(target, ClientResources.create());
	}

	static LettuceConnectionFactory consolidated(Target target) {
		return connect(target, ClientResources.builder().nettyCustomizer(new FlushConsolidation()).build());
	}

	private static LettuceConnectionFactory connect(Target target, ClientResources resources) {
		ClientOptions options = ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(target.host(), target.port()),
				LettuceClientConfiguration.builder().clientOptions(options).clientResources(resources).build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

}
