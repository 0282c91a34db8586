package io.github.redispatterns.autoconfigure.session;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.MapSession;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.SessionRepositoryFilter;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.session.StoredSessionRepository;
import io.github.redispatterns.session.UserSessions;

import static org.assertj.core.api.Assertions.assertThat;

class SessionAutoConfigurationTests {

	private final WebApplicationContextRunner contexts = Contexts.servlet(SessionAutoConfiguration.class,
			org.springframework.boot.session.autoconfigure.SessionAutoConfiguration.class);

	@Test
	void putsItsRepositoryBehindSpringBootsFilterAndCookie() {
		this.contexts.run((context) -> assertThat(context).hasSingleBean(StoredSessionRepository.class)
			.hasSingleBean(UserSessions.class)
			.hasSingleBean(SessionRepositoryFilter.class)
			.hasSingleBean(DelegatingFilterProxyRegistrationBean.class)
			.hasSingleBean(DefaultCookieSerializer.class));
	}

	@Test
	void livesForThirtyMinutesUnlessConfigured() {
		this.contexts.run((context) -> assertThat(timeout(context.getBean(StoredSessionRepository.class)))
			.isEqualTo(Duration.ofMinutes(30)));
		this.contexts.withPropertyValues("spring.session.timeout=5m")
			.run((context) -> assertThat(timeout(context.getBean(StoredSessionRepository.class)))
				.isEqualTo(Duration.ofMinutes(5)));
	}

	@Test
	void refusesASessionThatEndsAtOnce() {
		this.contexts.withPropertyValues("spring.session.timeout=0s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("spring.session.timeout"));
	}

	@Test
	void isOffByProperty() {
		this.contexts.withPropertyValues("redis-patterns.session.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SessionRepository.class));
	}

	@Test
	void backsOffFromTheUsersRepository() {
		this.contexts.withUserConfiguration(OwnRepository.class)
			.run((context) -> assertThat(context).hasSingleBean(SessionRepository.class)
				.doesNotHaveBean(StoredSessionRepository.class));
	}

	@Test
	void isAbsentWithoutSpringSession() {
		this.contexts.withClassLoader(new FilteredClassLoader(Session.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UserSessions.class));
	}

	private static Duration timeout(StoredSessionRepository repository) {
		return repository.createSession().getMaxInactiveInterval();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRepository {

		@Bean
		SessionRepository<MapSession> mine() {
			return new MapSessionRepository(new ConcurrentHashMap<>());
		}

	}

}
