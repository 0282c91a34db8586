package io.github.redispatterns.session;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.UuidSessionIdGenerator;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(RedisExtension.class)
class StoredSessionRepositoryTests {

	private static final Duration IDLE = Duration.ofMinutes(5);

	private final Redis redis;

	private final StoredSessionRepository sessions;

	private final UserSessions users;

	StoredSessionRepositoryTests(Redis redis) {
		this.redis = redis;
		this.sessions = new StoredSessionRepository(redis.gateway(), redis.keys(),
				new SessionAttributeCodec(redis.codec(), Map.of("cart", Cart.class)),
				UuidSessionIdGenerator.getInstance(), IDLE);
		this.users = new UserSessions(redis.gateway(), redis.keys());
	}

	@ParameterizedTest
	@MethodSource
	void readsBackAttributes(Object value) {
		StoredSession session = this.sessions.createSession();
		session.setAttribute("a", value);
		assertThat(saveAndLoad(session).<Object>getAttribute("a")).isEqualTo(value);
	}

	static List<Object> readsBackAttributes() {
		return List.of("text", "", true, 1, 2L, 1.5, new BigDecimal("1.50"), UUID.randomUUID(), Instant.now(),
				Duration.ofSeconds(3), LocalDate.of(2026, 11, 21), new Cart(List.of("a", "b")));
	}

	@Test
	void keepsTimesAndIdleTime() {
		StoredSession session = this.sessions.createSession();
		session.setMaxInactiveInterval(Duration.ofSeconds(77));
		StoredSession loaded = saveAndLoad(session);
		assertThat(loaded.getMaxInactiveInterval()).isEqualTo(Duration.ofSeconds(77));
		assertThat(loaded.getCreationTime().toEpochMilli()).isEqualTo(session.getCreationTime().toEpochMilli());
		assertThat(this.redis.commands().pttl(key(session))).isPositive().isLessThanOrEqualTo(77_000);
	}

	@Test
	void findsNothingUnderAnotherId() {
		assertThat(this.sessions.findById("unknown")).isNull();
	}

	@Test
	void writesChangesOnly() {
		StoredSession session = this.sessions.createSession();
		session.setAttribute("kept", "1");
		session.setAttribute("removed", "2");
		StoredSession other = saveAndLoad(session);
		other.removeAttribute("removed");
		other.setAttribute("added", "3");
		assertThat(saveAndLoad(other).getAttributeNames()).containsExactlyInAnyOrder("kept", "added");
	}

	@Test
	void savesNothingWhereNothingChanged() {
		StoredSession session = saveAndLoad(this.sessions.createSession());
		assertThat(this.redis.commandsDuring(() -> this.sessions.save(session))).isEmpty();
	}

	@Test
	void neverTakesTheLastAccessBack() {
		StoredSession early = saveAndLoad(this.sessions.createSession());
		StoredSession late = load(early.getId());
		late.setLastAccessedTime(Instant.now().plusSeconds(60));
		this.sessions.save(late);
		early.setLastAccessedTime(Instant.now());
		assertThat(saveAndLoad(early).getLastAccessedTime().toEpochMilli())
			.isEqualTo(late.getLastAccessedTime().toEpochMilli());
	}

	@Test
	void doesNotBringBackAnEndedSession() {
		StoredSession session = saveAndLoad(this.sessions.createSession());
		this.sessions.deleteById(session.getId());
		session.setAttribute("late", "1");
		this.sessions.save(session);
		assertThat(this.sessions.findById(session.getId())).isNull();
		session.changeSessionId();
		this.sessions.save(session);
		assertThat(this.sessions.findById(session.getId())).isNull();
	}

	@Test
	void listsNoSessionThatEndedDuringItsRequest() {
		StoredSession session = login("ivy");
		this.sessions.deleteById(session.getId());
		session.setAttribute("late", "1");
		this.sessions.save(session);
		assertThat(this.redis.commands().exists(this.redis.keys().child("user").key("ivy"))).isZero();
	}

	@Test
	void movesToItsNewId() {
		StoredSession session = this.sessions.createSession();
		session.setAttribute("a", "1");
		StoredSession loaded = saveAndLoad(session);
		String old = loaded.getId();
		loaded.changeSessionId();
		assertThat(saveAndLoad(loaded).<String>getAttribute("a")).isEqualTo("1");
		assertThat(this.sessions.findById(old)).isNull();
	}

	@Test
	void endsUnderItsOldIdToo() {
		StoredSession session = login("gil");
		String old = session.getId();
		session.changeSessionId();
		this.sessions.deleteById(session.getId());
		assertThat(this.sessions.findById(old)).isNull();
		assertThat(this.users.list("gil")).isEmpty();
	}

	@Test
	void keepsTheIdGeneratorOfTheApplication() {
		StoredSessionRepository own = new StoredSessionRepository(this.redis.gateway(), this.redis.keys(),
				new SessionAttributeCodec(this.redis.codec(), Map.of()), () -> "own-" + UUID.randomUUID(), IDLE);
		StoredSession session = own.createSession();
		own.save(session);
		assertThat(Objects.requireNonNull(own.findById(session.getId())).changeSessionId()).startsWith("own-");
	}

	@Test
	void keepsIdAndClassNamesOutOfRedis() {
		StoredSession session = login("secret-keeper");
		session.setAttribute("cart", new Cart(List.of("x")));
		this.sessions.save(session);
		String key = key(session);
		String stored = key + this.redis.commands().hgetall(key);
		assertThat(stored).doesNotContain(session.getId(), "redispatterns.", "java.", "\uFFFD");
		assertThat(this.redis.keysWithTtl().keySet()).noneMatch((name) -> name.contains(session.getId()));
	}

	@Test
	void saysHowToDeclareATypeThatIsNot() {
		StoredSession session = this.sessions.createSession();
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> session.setAttribute("counter", new AtomicInteger()))
			.withMessageContaining("'counter'")
			.withMessageContaining("java.util.concurrent.atomic.AtomicInteger")
			.withMessageContaining("redis-patterns.session.attribute-types");
	}

	@Test
	void leavesOutWhatItCannotRead() {
		StoredSession session = this.sessions.createSession();
		session.setAttribute("good", "1");
		this.sessions.save(session);
		this.redis.commands()
			.hset(key(session), Map.of("@gone", "unknown:{}", "@broken", "int:{", "@raw", "\u00AC\u00ED"));
		assertThat(load(session.getId()).getAttributeNames()).containsExactly("good");
	}

	@Test
	void refusesASessionWithoutEnd() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.sessions.createSession().setMaxInactiveInterval(Duration.ofSeconds(-1)))
			.withMessageContaining("PT-1S");
	}

	@Test
	void listsTheSessionsOfAUser() {
		StoredSession first = login("ann");
		StoredSession second = login("ann");
		login("other");
		assertThat(this.users.list("ann")).extracting(UserSession::handle)
			.containsExactlyInAnyOrder(this.users.handle(first.getId()), this.users.handle(second.getId()));
		assertThat(this.redis.commands().pttl(userKey("ann"))).isPositive();
	}

	@Test
	void listsASessionOnceUnderItsNewId() {
		StoredSession session = login("ben");
		session.changeSessionId();
		this.sessions.save(session);
		assertThat(this.users.list("ben")).extracting(UserSession::handle)
			.containsExactly(this.users.handle(session.getId()));
	}

	@Test
	void listsNoSessionThatEnded() {
		StoredSession session = login("cat");
		this.redis.commands().del(key(session));
		assertThat(this.users.list("cat")).isEmpty();
	}

	@Test
	void forgetsSessionsWhoseTimeIsOver() {
		login("dan");
		this.redis.commands().zadd(userKey("dan"), 1, "long-gone");
		login("dan");
		assertThat(this.redis.commands().zscore(userKey("dan"), "long-gone")).isNull();
	}

	@Test
	void endsASessionOfItsUserOnly() {
		StoredSession session = login("eve");
		String handle = this.users.handle(session.getId());
		assertThat(this.users.revoke("mallory", handle)).isFalse();
		assertThat(this.users.revoke("eve", handle)).isTrue();
		assertThat(this.sessions.findById(session.getId())).isNull();
		assertThat(this.users.list("eve")).isEmpty();
		assertThat(this.users.revoke("eve", handle)).isFalse();
	}

	@Test
	void takesTheUserOffTheListWhoLogsOut() {
		StoredSession session = login("fay");
		session.removeAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME);
		this.sessions.save(session);
		assertThat(this.users.list("fay")).isEmpty();
	}

	@Test
	void takesStrangeUserNames() {
		String name = "{*}\n".repeat(2_000);
		login(name);
		assertThat(this.users.list(name)).hasSize(1);
		assertThat(this.redis.keysWithTtl().keySet()).allMatch((key) -> key.length() < 200);
	}

	private StoredSession login(String user) {
		StoredSession session = this.sessions.createSession();
		session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, user);
		return saveAndLoad(session);
	}

	private StoredSession saveAndLoad(StoredSession session) {
		this.sessions.save(session);
		return load(session.getId());
	}

	private StoredSession load(String id) {
		return Objects.requireNonNull(this.sessions.findById(id));
	}

	private String key(StoredSession session) {
		return this.redis.keys().key(SessionKeys.handle(session.getId()));
	}

	private String userKey(String user) {
		return this.redis.keys().child("user").key(user);
	}

	record Cart(List<String> items) {
	}

}
