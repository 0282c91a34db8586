package io.github.redispatterns.sample;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class LoginTests {

	@Test
	void loginIsGoodOnTheOtherNode(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		assertThat(name(ada, shops.b())).isEqualTo("Ada");
	}

	@Test
	void loginOutlivesTheNodeThatTookIt(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		shops.stopA();
		assertThat(name(ada, shops.b())).isEqualTo("Ada");
		shops.startA();
		assertThat(name(ada, shops.a())).isEqualTo("Ada");
	}

	@Test
	void logoutCountsEverywhere(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		assertThat(ada.post(shops.b(), "/api/logout").statusCode()).isEqualTo(204);
		assertThat(name(ada, shops.a())).isEmpty();
	}

	@Test
	void oneDeviceLogsAnotherOut(TwoShops shops) {
		Visitor phone = Visitor.loggedIn(shops.a(), "Grace");
		Visitor desk = Visitor.loggedIn(shops.b(), "Grace");
		List<JsonNode> sessions = desk.read(shops.a(), "/api/sessions").valueStream().toList();
		assertThat(sessions).extracting((session) -> session.path("current").asBoolean())
			.containsExactlyInAnyOrder(true, false);
		assertThat(desk.delete(shops.a(), "/api/sessions/" + other(sessions)).statusCode()).isEqualTo(204);
		assertThat(name(phone, shops.a())).isEmpty();
		assertThat(name(desk, shops.b())).isEqualTo("Grace");
	}

	@Test
	void sessionOfAnotherUserIsOutOfReach(TwoShops shops) {
		Visitor alice = Visitor.loggedIn(shops.a(), "Alice");
		String handle = alice.read(shops.a(), "/api/sessions").path(0).path("handle").asString();
		Visitor mallory = Visitor.loggedIn(shops.a(), "Mallory");
		assertThat(mallory.delete(shops.a(), "/api/sessions/" + handle).statusCode()).isEqualTo(404);
		assertThat(name(alice, shops.a())).isEqualTo("Alice");
	}

	@Test
	void loginChangesTheIdOfTheSession(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		String before = ada.read(shops.a(), "/api/sessions").path(0).path("handle").asString();
		ada.logIn(shops.a(), "Augusta");
		JsonNode sessions = ada.read(shops.a(), "/api/sessions");
		assertThat(sessions.size()).isEqualTo(1);
		assertThat(sessions.path(0).path("handle").asString()).isNotEqualTo(before);
	}

	@Test
	void strangerHasNoSessions(TwoShops shops) {
		Visitor stranger = Visitor.stranger();
		assertThat(name(stranger, shops.a())).isEmpty();
		assertThat(stranger.get(shops.a(), "/api/sessions").statusCode()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  \t\n", "\ud800" })
	void nameThatIsNoneIsRefused(String name, TwoShops shops) {
		assertThat(Visitor.stranger().logIn(shops.a(), name).statusCode()).isEqualTo(400);
	}

	private static String name(Visitor visitor, Shop shop) {
		return visitor.read(shop, "/api/me").path("buyer").asString("");
	}

	private static String other(List<JsonNode> sessions) {
		return sessions.stream()
			.filter((session) -> !session.path("current").asBoolean())
			.findFirst()
			.orElseThrow()
			.path("handle")
			.asString();
	}

}
