package io.github.redispatterns.ratelimit.web;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;

class ServletHttpTests extends HttpContract {

	ServletHttpTests(Redis redis) {
		super(ServletShop.class, WebApplicationType.SERVLET, redis);
	}

	/** WebFlux has no XML by Jackson. */
	@Test
	void writesXmlIfTheClientWantsIt() {
		assertThat(field(refused("application/problem+xml"), "Content-Type")).startsWith("application/problem+xml");
	}

}
