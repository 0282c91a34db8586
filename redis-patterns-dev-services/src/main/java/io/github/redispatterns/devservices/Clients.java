package io.github.redispatterns.devservices;

import java.time.Duration;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SslOptions;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;

/** How Lettuce reaches the topologies. */
final class Clients {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private Clients() {
	}

	static LettuceClientConfigurationBuilder defaults() {
		return LettuceClientConfiguration.builder().commandTimeout(TIMEOUT).shutdownTimeout(Duration.ZERO);
	}

	static LettuceClientConfiguration tls(Certificate certificate) {
		SslOptions trust = SslOptions.builder().jdkSslProvider().trustManager(certificate.trust()).build();
		return defaults().clientOptions(ClientOptions.builder().sslOptions(trust).build()).useSsl().build();
	}

}
