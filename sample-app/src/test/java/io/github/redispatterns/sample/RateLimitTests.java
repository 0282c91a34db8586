package io.github.redispatterns.sample;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class RateLimitTests {

	private static final Duration ONE_TOKEN = Duration.ofSeconds(6);

	@Test
	void tenOfFiftyRequestsOfOneBuyerAreAccepted(TwoShops shops) {
		Visitor buyer = Visitor.loggedIn(shops.a(), "greedy");
		long start = System.nanoTime();
		List<HttpResponse<String>> answers = IntStream.range(0, 50)
			.mapToObj((number) -> buyer.buyAsync(shops.either(number), 101 + number % 24))
			.toList()
			.stream()
			.map(CompletableFuture::join)
			.toList();
		long refilled = Duration.ofNanos(System.nanoTime() - start).dividedBy(ONE_TOKEN);
		List<HttpResponse<String>> refused = answers.stream().filter((answer) -> answer.statusCode() == 429).toList();
		assertThat(50 - refused.size()).isBetween(10, Math.toIntExact(10 + refilled));
		assertThat(refused).allSatisfy(RateLimitTests::tellsWhenToComeBack);
	}

	@Test
	void eachAnswerTellsWhatIsLeft(TwoShops shops) {
		Visitor buyer = Visitor.loggedIn(shops.a(), "careful");
		HttpResponse<String> first = buyer.buy(shops.a(), 101);
		assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"purchase\";q=10;w=60");
		assertThat(first.headers().firstValue("RateLimit")).hasValue("\"purchase\";r=9;t=6");
		assertThat(buyer.read(shops.b(), "/api/me").path("allowance").path("remaining").asInt()).isEqualTo(9);
	}

	private static void tellsWhenToComeBack(HttpResponse<String> answer) {
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, ONE_TOKEN.toSeconds());
		assertThat(answer.body()).contains("quota-exceeded", "\"violated-policies\":[\"purchase\"]");
	}

}
