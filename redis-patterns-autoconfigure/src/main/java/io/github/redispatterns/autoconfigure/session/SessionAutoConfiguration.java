package io.github.redispatterns.autoconfigure.session;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.session.autoconfigure.SessionTimeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.session.Session;
import org.springframework.session.SessionIdGenerator;
import org.springframework.session.SessionRepository;
import org.springframework.session.UuidSessionIdGenerator;
import org.springframework.session.config.annotation.web.http.SpringHttpSessionConfiguration;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.session.SessionAttributeCodec;
import io.github.redispatterns.session.StoredSessionRepository;
import io.github.redispatterns.session.UserSessions;

/**
 * {@link AutoConfiguration Auto-configuration} of sessions in servlet applications. Comes
 * before Spring Boot's own, which then registers the filter and the cookie as always.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class,
		beforeName = { "org.springframework.boot.session.autoconfigure.SessionAutoConfiguration",
				"org.springframework.boot.session.data.redis.autoconfigure.SessionDataRedisAutoConfiguration" })
@ConditionalOnClass({ Session.class, SessionTimeout.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnMissingBean(SessionRepository.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.session.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SessionProperties.class)
@Import(SpringHttpSessionConfiguration.class)
public final class SessionAutoConfiguration {

	private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

	SessionAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	SessionAttributeCodec sessionAttributeCodec(ValueCodec codec, SessionProperties properties) {
		return PropertyCheck.create("redis-patterns.session.attribute-types", properties.attributeTypes().keySet(),
				() -> new SessionAttributeCodec(codec, properties.attributeTypes()));
	}

	@Bean
	StoredSessionRepository sessionRepository(RedisGateway gateway, KeySpace keySpace, SessionAttributeCodec codec,
			ObjectProvider<SessionIdGenerator> ids, ObjectProvider<SessionTimeout> timeout) {
		return new StoredSessionRepository(gateway, keySpace.child("session"), codec,
				ids.getIfAvailable(UuidSessionIdGenerator::getInstance), timeout(timeout.getIfAvailable()));
	}

	@Bean
	@ConditionalOnMissingBean
	UserSessions userSessions(RedisGateway gateway, KeySpace keySpace) {
		return new UserSessions(gateway, keySpace.child("session"));
	}

	@Bean
	PatternReport sessionReport(ObjectProvider<SessionTimeout> timeout) {
		return new PatternReport("session", "timeout " + PatternReport.text(timeout(timeout.getIfAvailable())));
	}

	private static Duration timeout(@Nullable SessionTimeout configured) {
		Duration timeout = (configured != null) ? configured.getTimeout() : null;
		return (timeout != null) ? PropertyCheck.atLeast("spring.session.timeout", timeout, Duration.ofMillis(1))
				: DEFAULT_TIMEOUT;
	}

}
