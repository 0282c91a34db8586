package io.github.redispatterns.sample;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.redispatterns.devservices.DevRedis;

import static org.assertj.core.api.Assertions.assertThat;

class LoginLimitTests {

	@Test
	void loginsAreLimitedByAddress(@TempDir Path folder) {
		try (Shop shop = Shop.start("shop-c", DevRedis.shared().url(), folder, "redis-patterns.key-prefix=login-limit",
				"redis-patterns.rate-limit.policies.login.limit=3",
				"redis-patterns.rate-limit.policies.login.period=1h")) {
			List<HttpResponse<String>> answers = IntStream.range(0, 4)
				.mapToObj((i) -> Visitor.stranger().logIn(shop, "guest-" + i))
				.toList();
			assertThat(answers).map(HttpResponse::statusCode).containsExactly(200, 200, 200, 429);
			assertThat(answers.get(0).headers().firstValue("RateLimit")).hasValue("\"login\";r=2;t=1200");
			assertThat(answers.get(3).headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1100L, 1200L);
			assertThat(answers.get(3).body()).contains("quota-exceeded", "\"violated-policies\":[\"login\"]");
			assertThat(Visitor.stranger().get(shop, "/api/events").statusCode()).isEqualTo(200);
		}
	}

}
