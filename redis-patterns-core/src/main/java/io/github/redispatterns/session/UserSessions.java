package io.github.redispatterns.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.KeyValue;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The sessions of a user, on all devices. A session belongs to the user that its
 * principal name names, see
 * {@link org.springframework.session.FindByIndexNameSessionRepository#PRINCIPAL_NAME_INDEX_NAME}.
 */
public final class UserSessions {

	private final RedisGateway gateway;

	private final SessionKeys keys;

	/**
	 * Create the list.
	 * @param gateway the way to Redis
	 * @param space the key space of sessions
	 */
	public UserSessions(RedisGateway gateway, KeySpace space) {
		this.gateway = gateway;
		this.keys = new SessionKeys(space);
	}

	/**
	 * List the sessions of a user.
	 * @param user the principal name
	 * @return those that are alive, the one used last first
	 */
	public List<UserSession> list(String user) {
		byte[] key = RedisGateway.utf8(this.keys.user(user));
		List<byte[]> handles = this.gateway.await(this.gateway.command((redis) -> redis.zrange(key, 0, -1)));
		List<CompletionStage<Optional<UserSession>>> sessions = handles.stream()
			.map((handle) -> load(new String(handle, StandardCharsets.UTF_8)))
			.toList();
		return sessions.stream()
			.map(this.gateway::await)
			.flatMap(Optional::stream)
			.sorted(Comparator.comparing(UserSession::lastAccessedAt).reversed())
			.toList();
	}

	/**
	 * End a session of a user.
	 * @param user the principal name
	 * @param handle the handle of the session
	 * @return {@code false} if the user has no such session
	 */
	public boolean revoke(String user, String handle) {
		byte[] list = RedisGateway.utf8(this.keys.user(user));
		byte[] session = RedisGateway.utf8(this.keys.session(handle));
		Double score = this.gateway
			.await(this.gateway.command((redis) -> redis.zscore(list, RedisGateway.utf8(handle))));
		if (score == null) {
			return false;
		}
		// The session first: one that is listed but gone does no harm.
		long ended = this.gateway.await(this.gateway.command((redis) -> redis.unlink(session)));
		this.gateway
			.await(this.gateway.execute(StoredSessionRepository.INDEX, List.of(this.keys.user(user)), handle, 0));
		return ended > 0;
	}

	/**
	 * The handle of a session.
	 * @param sessionId its id
	 * @return the handle under which {@link #list} shows it
	 */
	public String handle(String sessionId) {
		return SessionKeys.handle(sessionId);
	}

	private CompletionStage<Optional<UserSession>> load(String handle) {
		byte[] key = RedisGateway.utf8(this.keys.session(handle));
		return this.gateway
			.command((redis) -> redis.hmget(key, RedisGateway.utf8("created"), RedisGateway.utf8("accessed")))
			.thenApply((fields) -> session(handle, fields));
	}

	private static Optional<UserSession> session(String handle, List<KeyValue<byte[], byte[]>> fields) {
		if (!fields.stream().allMatch(KeyValue::hasValue)) {
			return Optional.empty();
		}
		return Optional.of(new UserSession(handle, instant(fields.get(0)), instant(fields.get(1))));
	}

	private static Instant instant(KeyValue<byte[], byte[]> field) {
		return Instant.ofEpochMilli(SessionHash.number(field.getValue()));
	}

}
