package io.github.redispatterns.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.IndexResolver;
import org.springframework.session.MapSession;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.SessionIdGenerator;
import org.springframework.session.SessionRepository;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Spring Session's repository on Redis.
 * <p>
 * Key <code>prefix:session:{handle}</code>, a hash with the fields {@code created},
 * {@code accessed}, {@code idle} (milliseconds) and {@code @name} for each attribute,
 * which expires after the idle time. Key <code>prefix:session:user:{user}</code>, a
 * sorted set of the handles of a user's sessions, which expires with the last of them.
 * Commands: {@code HGETALL} to load; one script to save, and one more, sent with it, for
 * a user's list; {@code UNLINK} to end.
 * <p>
 * A session that was ended is never brought back by a request that still uses it: what
 * that request changes is dropped, and the request itself goes on. Requests of one
 * session at the same time each write the attributes they changed; the last write of an
 * attribute stays. An attribute that cannot be read any more is left out.
 */
public final class StoredSessionRepository implements SessionRepository<StoredSession> {

	static final LuaScript<Long> INDEX = LuaScript.integer("session/index");

	private static final LuaScript<Long> SAVE = LuaScript.integer("session/save");

	private static final String PRINCIPAL = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

	private final RedisGateway gateway;

	private final SessionKeys keys;

	private final SessionHash hash;

	private final StoredSession.Store store;

	private final SessionIdGenerator ids;

	private final Duration timeout;

	private final IndexResolver<StoredSession> users = new PrincipalNameIndexResolver<>();

	/**
	 * Create the repository.
	 * @param gateway the way to Redis
	 * @param space the key space of sessions
	 * @param codec reads and writes attributes
	 * @param ids makes session ids, which must not be guessable
	 * @param timeout how long a new session lives without an access, at least 1 ms
	 */
	public StoredSessionRepository(RedisGateway gateway, KeySpace space, SessionAttributeCodec codec,
			SessionIdGenerator ids, Duration timeout) {
		this.gateway = gateway;
		this.keys = new SessionKeys(space);
		this.hash = new SessionHash(codec);
		this.store = store(codec);
		this.ids = ids;
		this.timeout = timeout;
		createSession();
	}

	@Override
	public StoredSession createSession() {
		StoredSession session = new StoredSession(new MapSession(this.ids), this.store, true);
		session.setMaxInactiveInterval(this.timeout);
		return session;
	}

	@Override
	public void save(StoredSession session) {
		if (!session.isDirty()) {
			return;
		}
		String user = user(session);
		long saved = this.gateway.await(this.gateway.observations()
			.observe(SessionObservation.SAVE, () -> writeAndIndex(session, user),
					(written) -> (written != 0) ? "saved" : "ended"));
		session.saved(user);
		if (saved == 0) {
			// The request that still used it goes on; it is the next one that finds no
			// session.
			session.end();
			if (user != null) {
				this.gateway.await(index(user, session.getId(), 0));
			}
		}
	}

	@Override
	public @Nullable StoredSession findById(String id) {
		byte[] key = RedisGateway.utf8(this.keys.session(SessionKeys.handle(id)));
		Map<byte[], byte[]> fields = this.gateway.await(this.gateway.observations()
			.observe(SessionObservation.LOAD, () -> this.gateway.command((redis) -> redis.hgetall(key)),
					(found) -> found.isEmpty() ? "missing" : "found"));
		MapSession state = this.hash.read(id, fields);
		if (state == null) {
			return null;
		}
		state.setSessionIdGenerator(this.ids);
		StoredSession session = new StoredSession(state, this.store, false);
		session.saved(user(session));
		return session;
	}

	@Override
	public void deleteById(String id) {
		delete(id);
	}

	private boolean delete(String id) {
		byte[] key = RedisGateway.utf8(this.keys.session(SessionKeys.handle(id)));
		return this.gateway.await(this.gateway.command((redis) -> redis.unlink(key))) > 0;
	}

	private CompletionStage<Long> writeAndIndex(StoredSession session, @Nullable String user) {
		CompletionStage<Long> written = write(session);
		return written.thenCombine(index(session, user), (result, ignored) -> result);
	}

	private CompletionStage<Long> write(StoredSession session) {
		List<Object> args = new ArrayList<>();
		args.add(session.isFresh() ? 1 : 0);
		args.add(session.getMaxInactiveInterval().toMillis());
		args.add(session.getLastAccessedTime().toEpochMilli());
		Map<String, Object> written = this.hash.written(session);
		args.add(written.size());
		written.forEach((field, value) -> args.addAll(List.of(field, value)));
		args.addAll(this.hash.removed(session));
		return this.gateway.execute(SAVE, List.of(this.keys.session(SessionKeys.handle(session.getId()))),
				args.toArray());
	}

	private CompletionStage<?> index(StoredSession session, @Nullable String user) {
		CompletionStage<?> done = CompletableFuture.completedStage(null);
		String storedUser = session.storedUser();
		String storedId = session.storedId();
		boolean elsewhere = !Objects.equals(user, storedUser) || !session.getId().equals(storedId);
		if (storedUser != null && storedId != null && elsewhere) {
			done = index(storedUser, storedId, 0);
		}
		if (user != null) {
			CompletionStage<?> added = index(user, session.getId(), session.getMaxInactiveInterval().toMillis());
			done = done.thenCombine(added, (removed, ok) -> ok);
		}
		return done;
	}

	private CompletionStage<Long> index(String user, String id, long millis) {
		return this.gateway.execute(INDEX, List.of(this.keys.user(user)), SessionKeys.handle(id), millis);
	}

	private @Nullable String user(StoredSession session) {
		return this.users.resolveIndexesFor(session).get(PRINCIPAL);
	}

	private StoredSession.Store store(SessionAttributeCodec codec) {
		return new StoredSession.Store() {

			@Override
			public boolean forget(String id) {
				return delete(id);
			}

			@Override
			public void check(String attribute, Object value) {
				codec.alias(attribute, value);
			}

		};
	}

}
