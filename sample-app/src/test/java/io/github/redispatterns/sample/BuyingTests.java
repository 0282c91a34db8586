package io.github.redispatterns.sample;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.Locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(TwoShops.Running.class)
class BuyingTests {

	@Test
	void twoHundredBuyersOfOneSeatGetItOnce(TwoShops shops) {
		List<Visitor> buyers = IntStream.range(0, 200)
			.mapToObj((number) -> Visitor.loggedIn(shops.either(number), "buyer-" + number))
			.toList();
		List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 200)
			.mapToObj((number) -> buyers.get(number).buyAsync(shops.either(number / 2), 105))
			.toList();
		assertThat(answers).extracting((answer) -> answer.join().statusCode())
			.containsOnly(201, 409)
			.containsOnlyOnce(201);
		assertThat(count(shops, "ticket where seat_id = 105")).isEqualTo(1);
		assertThat(count(shops, "orders")).isEqualTo(1);
	}

	@Test
	void soldSeatStaysSold(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		assertThat(ada.buy(shops.a(), 203).statusCode()).isEqualTo(201);
		HttpResponse<String> second = Visitor.loggedIn(shops.b(), "Bob").buy(shops.b(), 203);
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(second.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(second.body()).contains("Seat sold", "Seat A3 is already sold.");
	}

	@Test
	@SuppressWarnings("try")
	void seatThatSomebodyPaysForIsBusyOnEveryNode(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.b(), "Ada");
		try (LockHandle lock = shops.a().bean(Locks.class).get("seat:204").acquire(Duration.ZERO)) {
			assertThat(ada.read(shops.b(), "/api/seats/204/lock").path("node").asString()).isEqualTo("shop-a");
			HttpResponse<String> busy = ada.buy(shops.b(), 204);
			assertThat(busy.statusCode()).isEqualTo(409);
			assertThat(busy.body()).contains("Seat busy", "shop-a");
		}
		assertThat(ada.read(shops.b(), "/api/seats/204/lock").path("node").isNull()).isTrue();
		assertThat(ada.buy(shops.b(), 204).statusCode()).isEqualTo(201);
	}

	@Test
	void databaseRefusesSecondSaleEvenWithoutLock(TwoShops shops) {
		Seats seats = shops.a().bean(Seats.class);
		Seat seat = seats.find(1, 101);
		seats.order(seat, new Buyer("Ada"), "shop-a");
		assertThatExceptionOfType(Refusal.class).isThrownBy(() -> seats.order(seat, new Buyer("Bob"), "shop-b"));
		assertThat(count(shops, "orders")).isEqualTo(1);
	}

	@Test
	void buyerSeesWhichSeatsAreTaken(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		ada.buy(shops.a(), 301);
		assertThat(ada.read(shops.b(), "/api/events/3/seats").toString())
			.contains("{\"id\":301,\"label\":\"A1\",\"sold\":true,\"mine\":true}")
			.contains("{\"id\":302,\"label\":\"A2\",\"sold\":false,\"mine\":false}");
		assertThat(Visitor.stranger().read(shops.b(), "/api/events/3/seats").toString())
			.contains("{\"id\":301,\"label\":\"A1\",\"sold\":true,\"mine\":false}");
	}

	@Test
	void resetFreesAllSeats(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		ada.buy(shops.a(), 401);
		assertThat(ada.post(shops.b(), "/api/reset").statusCode()).isEqualTo(204);
		assertThat(ada.buy(shops.a(), 401).statusCode()).isEqualTo(201);
	}

	@Test
	void strangerMustLogInFirst(TwoShops shops) {
		HttpResponse<String> answer = Visitor.stranger().buy(shops.a(), 101);
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(count(shops, "orders")).isZero();
	}

	@Test
	void unknownSeatIsNotFound(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Eve");
		assertThat(ada.buy(shops.a(), 199).statusCode()).isEqualTo(404);
		assertThat(ada.get(shops.a(), "/api/events/99/seats").statusCode()).isEqualTo(404);
	}

	private static long count(TwoShops shops, String what) {
		return shops.b().bean(JdbcClient.class).sql("select count(*) from " + what).query(Long.class).single();
	}

}
