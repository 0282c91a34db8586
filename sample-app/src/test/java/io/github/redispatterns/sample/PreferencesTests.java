package io.github.redispatterns.sample;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class PreferencesTests {

	@Test
	void countOnEveryNodeAtOnceAndAreInTheDatabaseSoon(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		assertThat(ada.put(shops.a(), "/api/preferences", new Preferences("Lisbon", true)).statusCode()).isEqualTo(204);
		assertThat(ada.read(shops.b(), "/api/preferences").path("city").asString()).isEqualTo("Lisbon");
		PreferencesReader database = shops.b().bean(PreferencesReader.class);
		Awaitility.await().until(() -> new Preferences("Lisbon", true).equals(database.load("Ada")));
	}

	@Test
	void areOfNobodyWithoutALogin(TwoShops shops) {
		assertThat(Visitor.stranger().get(shops.a(), "/api/preferences").statusCode()).isEqualTo(401);
	}

}
