package io.github.redispatterns.sample;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

class RedisChoiceTests {

	@Test
	void outsideServerIsUsedAndNoneStarted(@TempDir Path folder) {
		try (RedisServer outside = DevRedis.start();
				Shop shop = Shop.start(environment(Map.of("SPRING_DATA_REDIS_URL", outside.url())), "shop", folder)) {
			Visitor.loggedIn(shop, "Ada");
			assertThat(shop.context().getBeanNamesForType(RedisServer.class)).isEmpty();
			assertThat(shop.bean(StringRedisTemplate.class).hasKey("ticket-shop:session:user:{Ada}")).isTrue();
		}
	}

	@Test
	void serverIsStartedWhereNoneIsNamed(@TempDir Path folder) {
		try (Shop shop = Shop.start(environment(Map.of()), "shop", folder)) {
			assertThat(shop.context().getBeanNamesForType(RedisServer.class)).hasSize(1);
			assertThat(Visitor.loggedIn(shop, "Ada").buy(shop, 101).statusCode()).isEqualTo(201);
		}
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
		return environment;
	}

}
