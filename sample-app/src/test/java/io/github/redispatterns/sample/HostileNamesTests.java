package io.github.redispatterns.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.session.UserSessions;

import static org.assertj.core.api.Assertions.assertThat;

/** What the keys look like is checked after each test, see {@link TwoShops}. */
@ExtendWith(TwoShops.Running.class)
class HostileNamesTests {

	static final List<String> NAMES = List.of("{", "}{", "*", "a?[b]", "a\nb", "a\r\nSET x y", "a b", "\u0000",
			"a:b:{c}", "%7B", "~", "../../etc", "#{session}", "<b>bold</b>", "Zoë", "🎫".repeat(64), "x".repeat(64));

	@ParameterizedTest
	@FieldSource("NAMES")
	void strangeNameWorksLikeAnyOther(String name, TwoShops shops) {
		Visitor visitor = Visitor.loggedIn(shops.a(), name);
		assertThat(visitor.read(shops.b(), "/api/me").path("buyer").asString()).isEqualTo(name);
		assertThat(visitor.buy(shops.b(), 101).statusCode()).isEqualTo(201);
		assertThat(visitor.read(shops.a(), "/api/me").path("allowance").path("remaining").asInt()).isEqualTo(9);
		assertThat(visitor.read(shops.a(), "/api/sessions").size()).isEqualTo(1);
	}

	@Test
	void longNameIsRefused(TwoShops shops) {
		assertThat(Visitor.stranger().logIn(shops.a(), "x".repeat(65)).statusCode()).isEqualTo(400);
		assertThat(Visitor.stranger().logIn(shops.a(), "{".repeat(10_000)).statusCode()).isEqualTo(400);
	}

	@Test
	@SuppressWarnings("try")
	void longNameMakesShortKeysBehindTheDoor(TwoShops shops) {
		String name = "{*}\n".repeat(2_500);
		shops.a().bean(RateLimiters.class).get("purchase").tryAcquire(name);
		assertThat(shops.a().bean(UserSessions.class).list(name)).isEmpty();
		try (LockHandle lock = shops.a().bean(Locks.class).get(name).acquire(Duration.ZERO)) {
			assertThat(shops.keys()).anyMatch((key) -> key.startsWith("ticket-shop:lock:{~"))
				.allMatch((key) -> key.length() < 200);
		}
	}

}
