package io.github.redispatterns.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FencingTests extends TwoNodes {

	private static final Duration LONG = Duration.ofSeconds(10);

	FencingTests(RedisServer server) {
		super(server);
	}

	@Test
	void growsWhateverHappensToTheLastToken() {
		long last = 0;
		for (int i = 0; i < 300; i++) {
			LockNode node = (i % 2 == 0) ? this.here : this.there;
			long token = token(node);
			assertThat(token).isGreaterThan(last).isLessThan(1L << 53);
			last = token;
			switch (i % 3) {
				case 0 -> this.server.flush();
				case 1 -> this.server.command("DEL", "locks:{fenced}:fence");
				default -> {
				}
			}
		}
	}

	@Test
	void growsEvenIfTheClockGoesBackAndTheLastTokenIsLost() {
		this.server.command("SET", "locks:{fenced}:fence", "7000000000000000", "PX", "60000");
		long ahead = token(this.here);
		assertThat(ahead).isGreaterThan(7_000_000_000_000_000L);
		this.server.flush();
		assertThat(token(this.here)).isGreaterThan(ahead);
		assertThat(token(this.there)).isGreaterThan(ahead);
	}

	@Test
	void isForgottenAfterAWhile() {
		token(this.here);
		assertThat((Long) this.server.command("PTTL", "locks:{fenced}:fence")).isBetween(1L,
				MutexProtocol.FENCE_MEMORY.toMillis());
	}

	@Test
	void keepsStaleWritersOutOfADatabase() {
		DriverManagerDataSource database = new DriverManagerDataSource(
				"jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute("create table fence (resource varchar(255) primary key, token bigint not null)");
		TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
		JdbcFence fence = new JdbcFence(jdbc, "fence");
		LockHandle stale = this.here.locks()
			.get("seat")
			.with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(20)))
			.acquire();
		transaction.executeWithoutResult((status) -> fence.check(stale));
		LockHandle next = this.there.locks().get("seat").acquire(LONG);
		transaction.executeWithoutResult((status) -> fence.check(next));
		transaction.executeWithoutResult((status) -> fence.check(next));
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> fence.check(stale)))
			.withMessageContaining("'seat'")
			.satisfies((ex) -> assertThat(ex.token()).isEqualTo(stale.fencingToken()));
		assertThatIllegalArgumentException().isThrownBy(() -> new JdbcFence(jdbc, "fence; drop table fence"));
	}

	@Test
	void keepsStaleWritersOutOfRedis() {
		RedisFence fence = new RedisFence(this.here.gateway(), LockNode.KEYS.child("fenced"));
		assertThat(fence.read("a", 1)).isEmpty();
		fence.write("a", 2, bytes("two"), LONG);
		fence.write("a", 2, bytes(""), LONG);
		assertThat(fence.read("a", 4)).hasValueSatisfying((value) -> assertThat(value).isEmpty());
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> fence.write("a", 3, bytes("three"), LONG));
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> fence.read("a", 3));
		fence.write("a", 5, bytes("five"), LONG);
		assertThat(fence.read("a", 5)).hasValueSatisfying((value) -> assertThat(value).isEqualTo(bytes("five")));
		assertThatIllegalArgumentException().isThrownBy(() -> fence.write("a", 6, bytes(""), Duration.ZERO));
	}

	private static long token(LockNode node) {
		try (LockHandle handle = node.locks().get("fenced").acquire(LONG)) {
			return handle.fencingToken();
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
