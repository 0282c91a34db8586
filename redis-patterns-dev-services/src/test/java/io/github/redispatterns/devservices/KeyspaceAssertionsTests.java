package io.github.redispatterns.devservices;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ParameterizedClass
@EnumSource
class KeyspaceAssertionsTests {

	/** On a cluster, a key for each master. */
	private static final List<String> NODES = List.of("{a}", "{b}", "{c}");

	@Parameter
	@SuppressWarnings("NullAway.Init")
	private Topology topology;

	@AfterEach
	void clear() {
		this.topology.shared().flush();
	}

	@Test
	void holdsWhereEveryKeyExpires() {
		NODES.forEach((node) -> set("shop:" + node, "PX", "10000"));
		KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "shop:");
	}

	@Test
	void namesTheKeysThatDoNot() {
		set("shop:fine", "PX", "10000");
		NODES.forEach((node) -> set("shop:for-ever:" + node));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "shop:"))
			.withMessage("3 keys that start with shop: never expire: shop:for-ever:{a}, shop:for-ever:{b},"
					+ " shop:for-ever:{c}");
	}

	@Test
	void looksBelowThePrefixOnly() {
		set("shopping");
		set("sh*p:key", "PX", "10000");
		KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "shop:");
		KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "sh*p");
	}

	@Test
	void findsAllOfManyKeys() {
		NODES.forEach((node) -> this.topology.shared()
			.masterOf(node)
			.command("EVAL", "for i = 1, 2000 do redis.call('SET', KEYS[1] .. i, 'value') end", "1", "many:" + node));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "many:"))
			.withMessageStartingWith("6000 keys");
	}

	@Test
	void allowsTheExceptions() {
		set("shop:leaderboard:{week}");
		set("shop:queue");
		KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "shop:", "shop:leaderboard:*", "shop:queue");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> KeyspaceAssertions.assertEveryKeyExpires(this.topology.shared(), "shop:", "shop:l*d:*"))
			.withMessageEndingWith(": shop:queue");
	}

	private void set(String key, String... expiry) {
		RedisServer server = this.topology.shared().masterOf(key);
		String[] command = new String[3 + expiry.length];
		command[0] = "SET";
		command[1] = key;
		command[2] = "value";
		System.arraycopy(expiry, 0, command, 3, expiry.length);
		server.command(command);
	}

}
