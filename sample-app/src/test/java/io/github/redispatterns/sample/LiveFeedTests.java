package io.github.redispatterns.sample;

import java.util.Queue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(TwoShops.Running.class)
class LiveFeedTests {

	@Test
	void saleOnOneNodeIsHeardOnTheOther(TwoShops shops) {
		Queue<String> lines = listen(shops.b());
		Visitor.loggedIn(shops.a(), "Ada").buy(shops.a(), 207);
		await().untilAsserted(() -> assertThat(lines).filteredOn((line) -> line.contains("\"seatId\":207"))
			.satisfiesExactly((line) -> assertThat(line).contains("PAYING", "\"seat\":\"A7\"", "shop-a"),
					(line) -> assertThat(line).contains("SOLD", "\"buyer\":\"Ada\"", "A Night of Strings", "shop-a")));
	}

	@Test
	void resetIsHeard(TwoShops shops) {
		Queue<String> lines = listen(shops.a());
		Visitor.stranger().post(shops.b(), "/api/reset");
		await().untilAsserted(() -> assertThat(lines).anyMatch((line) -> line.contains("RESET")));
	}

	@Test
	void longNameIsShortened(TwoShops shops) {
		Queue<String> lines = listen(shops.b());
		Visitor.loggedIn(shops.a(), "🎫".repeat(64)).buy(shops.a(), 208);
		await()
			.untilAsserted(() -> assertThat(lines).anyMatch((line) -> line.contains("\"" + "🎫".repeat(19) + "…\"")));
	}

	@Test
	void heartbeatReachesQuietBrowsers(TwoShops shops) {
		Queue<String> lines = listen(shops.b());
		shops.b().bean(LiveFeed.class).heartbeat();
		await().untilAsserted(() -> assertThat(lines).contains(":alive"));
	}

	private static Queue<String> listen(Shop shop) {
		Queue<String> lines = Visitor.stranger().listen(shop);
		await().until(() -> lines.contains(":welcome"));
		return lines;
	}

}
