package io.github.redispatterns.ratelimit.web;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.test.Redis;

class ReactiveHttpTests extends HttpContract {

	private static final Duration ONE_TURN = Duration.ofSeconds(61);

	ReactiveHttpTests(Redis redis) {
		super(ReactiveShop.class, WebApplicationType.REACTIVE, redis);
	}

	// A servlet container says nothing of a client that goes away.
	@Test
	void givesBackTheTurnOfAClientThatGoesAway() {
		RateLimiter slow = limiter("slow");
		slow.tryAcquire("slow");
		CompletableFuture<?> waiting = HttpClient.newHttpClient()
			.sendAsync(request("GET", "/annotated-slow"), HttpResponse.BodyHandlers.ofString());
		Awaitility.await().until(() -> slow.peek("slow").resetAfter().compareTo(ONE_TURN) > 0);
		waiting.cancel(true);
		Awaitility.await().until(() -> slow.peek("slow").resetAfter().compareTo(ONE_TURN) < 0);
	}

}
