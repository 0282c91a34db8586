package io.github.redispatterns.autoconfigure.pubsub;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.RedisMessageListenerContainerConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.pubsub.MessagePublisher;
import io.github.redispatterns.pubsub.MessageSubscriber;
import io.github.redispatterns.pubsub.SerialExecutor;

/**
 * {@link AutoConfiguration Auto-configuration} of pub/sub. The listener container is our
 * own, beside the one that Spring Boot makes for {@code @RedisListener}: it delivers in
 * order, on one thread. It connects with the first subscription.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.pubsub.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PubSubProperties.class)
public final class PubSubAutoConfiguration {

	private static final String CONTAINER = "redisPatternsMessageListenerContainer";

	private static final String EXECUTOR = "redisPatternsMessageExecutor";

	PubSubAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	MessagePublisher messagePublisher(RedisGateway gateway, KeySpace keySpace, ValueCodec codec,
			PubSubProperties properties) {
		return new MessagePublisher(gateway, keySpace.child("pubsub"), codec, properties.onRedisFailure());
	}

	@Bean(name = EXECUTOR, defaultCandidate = false)
	@ConditionalOnMissingBean(name = EXECUTOR)
	SerialExecutor redisPatternsMessageExecutor(PubSubProperties properties) {
		return new SerialExecutor("redis-patterns-pubsub-",
				(int) PropertyCheck.atLeastOne("redis-patterns.pubsub.queue-capacity", properties.queueCapacity()));
	}

	@Bean(name = CONTAINER, defaultCandidate = false)
	@ConditionalOnMissingBean(name = CONTAINER)
	RedisMessageListenerContainer redisPatternsMessageListenerContainer(RedisConnectionFactory connectionFactory,
			ObjectProvider<RedisMessageListenerContainerConfigurer> configurer,
			@Qualifier(EXECUTOR) TaskExecutor executor) {
		RedisMessageListenerContainer container = new RedisMessageListenerContainer();
		container.setConnectionFactory(connectionFactory);
		configurer.ifAvailable((springBoot) -> springBoot.configure(container, connectionFactory));
		container.setSubscriptionExecutor(new SimpleAsyncTaskExecutor("redis-patterns-subscription-"));
		container.setTaskExecutor(executor);
		return container;
	}

	@Bean
	@ConditionalOnMissingBean
	MessageSubscriber messageSubscriber(@Qualifier(CONTAINER) RedisMessageListenerContainer container,
			KeySpace keySpace, ValueCodec codec) {
		return new MessageSubscriber(container, keySpace.child("pubsub"), codec);
	}

	@Bean
	PatternReport pubSubReport(PubSubProperties properties) {
		return new PatternReport("pubsub", "up to %d messages wait, while Redis is down %s"
			.formatted(properties.queueCapacity(), properties.onRedisFailure()));
	}

}
