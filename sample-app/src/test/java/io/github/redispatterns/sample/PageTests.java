package io.github.redispatterns.sample;

import java.time.Duration;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.Locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The page in two browsers, a desktop at one node and a phone at the other. */
@ExtendWith({ Browser.Installed.class, TwoShops.Running.class })
@TestInstance(Lifecycle.PER_CLASS)
class PageTests {

	private final Browser desktop = new Browser();

	private final Browser phone = new Browser();

	@BeforeAll
	void sizeBrowsers() {
		this.desktop.desktop();
		this.phone.phone();
	}

	@AfterAll
	void closeBrowsers() {
		this.desktop.close();
		this.phone.close();
	}

	@AfterEach
	void pageIsWithoutErrors() {
		assertThat(this.desktop.errors()).isEmpty();
		assertThat(this.phone.errors()).isEmpty();
		this.desktop.leave();
		this.phone.leave();
	}

	@Test
	void saleShowsInTheOtherWindow(TwoShops shops) {
		this.desktop.open(shops.a());
		this.phone.open(shops.b());
		assertThat(this.desktop.text("node")).isEqualTo("shop-a");
		assertThat(this.phone.text("node")).isEqualTo("shop-b");
		this.desktop.logIn("Marie");
		this.desktop.clickSeat(110);
		eventually(() -> this.desktop.seat(110), "Seat B2, yours");
		eventually(() -> this.phone.seat(110), "Seat B2, sold");
		eventually(() -> this.phone.text("feed"), "Marie bought B2, The Tempest", "shop-a");
		eventually(() -> this.desktop.text("notice"), "Seat B2 is yours. Enjoy!");
		eventually(() -> this.desktop.text("limit-text"), " of 10 left");
		assertThat(this.desktop.focusedSeat()).isEqualTo("110");
	}

	@Test
	void badgeTellsCacheFromDatabase(TwoShops shops) {
		this.desktop.open(shops.a());
		this.desktop.click("#forget");
		eventually(() -> this.desktop.text("cache-badge"), "database");
		this.desktop.click("#ask-again");
		eventually(() -> this.desktop.text("cache-badge"), "cache hit");
	}

	@Test
	void lockShowsWhileSomebodyPays(TwoShops shops) {
		this.desktop.open(shops.a());
		this.phone.open(shops.b());
		this.phone.logIn("Bob");
		payFor(shops, 112, () -> {
			eventually(() -> this.desktop.text("locks"), "Seat B4, Ada", "held by shop-a");
			eventually(() -> this.phone.seat(112), "Seat B4, being paid for");
			this.phone.clickSeat(112);
			eventually(() -> this.phone.text("notice"), "on shop-a");
		});
		eventually(() -> this.desktop.text("locks"), "released by shop-a");
		eventually(() -> this.phone.seat(112), "Seat B4, free");
	}

	@Test
	void botIsStopped(TwoShops shops) {
		this.desktop.open(shops.a());
		this.desktop.logIn("Robot");
		this.desktop.click("#bot");
		eventually(() -> this.desktop.text("tally"), "1 sold", "limit (429)");
		assertThat(this.desktop.text("refused")).startsWith("429 Too Many Requests. Try again in ");
		this.desktop.screenshot("desktop-refused");
	}

	@Test
	void otherDeviceIsLoggedOut(TwoShops shops) {
		this.desktop.open(shops.a());
		this.phone.open(shops.b());
		this.phone.logIn("Grace");
		this.desktop.logIn("Grace");
		this.desktop.click("#sessions button");
		await().untilAsserted(() -> assertThat(this.desktop.text("sessions")).doesNotContain("Another browser"));
		this.phone.clickSeat(101);
		eventually(() -> this.phone.text("notice"), "You were logged out from elsewhere.");
	}

	@Test
	void nameIsText(TwoShops shops) {
		this.desktop.open(shops.a());
		this.desktop.logIn("<img src=x onerror=alert(1)>");
		this.desktop.clickSeat(101);
		eventually(() -> this.desktop.text("feed"), "<img src=x onerror=… bought A1");
	}

	@Test
	void pageFitsAndPosesForPictures(TwoShops shops) {
		this.phone.open(shops.b());
		this.phone.logIn("Ada Lovelace");
		this.desktop.open(shops.a());
		this.desktop.logIn("Ada Lovelace");
		this.desktop.clickSeat(102);
		this.phone.clickSeat(107);
		Visitor.loggedIn(shops.b(), "Grace").buy(shops.b(), 111);
		eventually(() -> this.desktop.text("free"), "21 of 24 free");
		eventually(() -> this.phone.text("free"), "21 of 24 free");
		payFor(shops, 113, () -> {
			eventually(() -> this.desktop.text("locks"), "held by");
			eventually(() -> this.phone.text("locks"), "held by");
			takePictures();
		});
		assertThat(this.desktop.overflow()).isZero();
		assertThat(this.phone.overflow()).isZero();
	}

	private void takePictures() {
		this.desktop.screenshot("desktop");
		this.phone.screenshot("phone");
		this.desktop.colours("dark");
		this.desktop.screenshot("desktop-dark");
		this.desktop.colours("light");
	}

	private static void eventually(Supplier<String> actual, String... expected) {
		await().untilAsserted(() -> assertThat(actual.get()).contains(expected));
	}

	/** As if Ada were paying on shop-a for as long as the work takes. */
	@SuppressWarnings("try")
	private static void payFor(TwoShops shops, long seatId, Runnable work) {
		try (LockHandle lock = shops.a().bean(Locks.class).get("seat:" + seatId).acquire(Duration.ZERO)) {
			Seat seat = shops.a().bean(Seats.class).find(seatId / 100, seatId);
			shops.a().bean(Newsroom.class).publish(News.paying(seat, new Buyer("Ada"), "shop-a"));
			work.run();
		}
	}

}
