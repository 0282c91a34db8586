package io.github.redispatterns.devservices;

import java.security.GeneralSecurityException;

import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TlsRedisTests {

	private final TlsRedis redis = (TlsRedis) Topology.TLS.shared();

	@Test
	void refusesPlainText() {
		assertThat(Endpoint.local(this.redis.server().port()).answers()).isFalse();
		assertThatExceptionOfType(RedisConnectionFailureException.class)
			.isThrownBy(() -> ping(new LettuceConnectionFactory(this.redis.configuration())));
	}

	@Test
	void refusesAWrongPassword() {
		RedisStandaloneConfiguration wrong = (RedisStandaloneConfiguration) this.redis.configuration();
		wrong.setPassword("wrong");
		assertThatExceptionOfType(RedisConnectionFailureException.class)
			.isThrownBy(() -> ping(new LettuceConnectionFactory(wrong, this.redis.clientConfiguration())))
			.havingRootCause()
			.withMessageContaining("WRONGPASS");
	}

	@Test
	void refusesThoseWhoGiveNoName() {
		RedisStandaloneConfiguration nobody = new RedisStandaloneConfiguration(this.redis.server().host(),
				this.redis.server().port());
		assertThatExceptionOfType(RedisConnectionFailureException.class)
			.isThrownBy(() -> ping(new LettuceConnectionFactory(nobody, this.redis.clientConfiguration())))
			.havingRootCause()
			.withMessageContaining("NOAUTH");
	}

	@Test
	void isNotTrustedByThoseWhoWereNotToldTo() {
		assertThatExceptionOfType(RedisConnectionFailureException.class).isThrownBy(
				() -> ping(new LettuceConnectionFactory(this.redis.configuration(), Clients.tls(Certificate.create()))))
			.havingRootCause()
			.isInstanceOf(GeneralSecurityException.class);
	}

	@Test
	void keepsTheApplicationFromDangerousCommands() {
		LettuceConnectionFactory factory = this.redis.connectionFactory();
		StringRedisTemplate template = new StringRedisTemplate(factory);
		assertThatExceptionOfType(RedisSystemException.class).isThrownBy(() -> template.keys("*"))
			.havingRootCause()
			.withMessageContaining("NOPERM");
		factory.destroy();
	}

	@Test
	void keepsCertificateAndUsersWhenItIsStartedAgain() {
		this.redis.server().restart();
		LettuceConnectionFactory factory = this.redis.connectionFactory();
		assertThat(factory.getConnection().ping()).isEqualTo("PONG");
		factory.destroy();
	}

	private static void ping(LettuceConnectionFactory factory) {
		factory.afterPropertiesSet();
		factory.start();
		try {
			factory.getConnection().ping();
		}
		finally {
			factory.destroy();
		}
	}

}
