package io.github.redispatterns.autoconfigure.pubsub;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.pubsub.MessagePublisher;
import io.github.redispatterns.pubsub.MessageSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

class PubSubAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(PubSubAutoConfiguration.class);

	@Test
	void providesPublisherAndSubscriber() {
		this.contexts.run((context) -> assertThat(context).hasSingleBean(MessagePublisher.class)
			.hasSingleBean(MessageSubscriber.class));
	}

	@Test
	void leavesSpringBootsListenerContainerTheOnlyOneByType() {
		this.contexts
			.run((context) -> assertThat(context.getBeanProvider(RedisMessageListenerContainer.class).getIfUnique())
				.isSameAs(context.getBean("redisMessageListenerContainer")));
	}

	@Test
	void isOffByProperty() {
		this.contexts.withPropertyValues("redis-patterns.pubsub.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MessagePublisher.class)
				.doesNotHaveBean("redisPatternsMessageListenerContainer"));
	}

	@Test
	void backsOffFromTheUsersPublisher() {
		this.contexts.withUserConfiguration(OwnPublisher.class)
			.run((context) -> assertThat(context).hasSingleBean(MessagePublisher.class).hasBean("mine"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPublisher {

		@Bean
		MessagePublisher mine(RedisGateway gateway, KeySpace keys, ValueCodec codec) {
			return new MessagePublisher(gateway, keys, codec, OnRedisFailure.CLOSED);
		}

	}

}
