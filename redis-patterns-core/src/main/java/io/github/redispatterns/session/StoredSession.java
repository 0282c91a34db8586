package io.github.redispatterns.session;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.session.MapSession;
import org.springframework.session.Session;

/**
 * A session that remembers what changed since it was loaded. Like every session it is
 * used by one request at a time in this JVM.
 */
public final class StoredSession implements Session {

	private final MapSession state;

	private final Set<String> changed = new HashSet<>();

	private boolean fresh;

	private boolean dirty = true;

	private @Nullable String storedId;

	private @Nullable String storedUser;

	private StoredSession(MapSession state, boolean fresh) {
		this.state = state;
		this.fresh = fresh;
	}

	static StoredSession fresh(MapSession state) {
		return new StoredSession(state, true);
	}

	static StoredSession loaded(MapSession state, @Nullable String user) {
		StoredSession session = new StoredSession(state, false);
		session.saved(user);
		return session;
	}

	/**
	 * Everything is stored.
	 * @param user the user whose list the session stands in
	 */
	void saved(@Nullable String user) {
		this.fresh = false;
		this.dirty = false;
		this.changed.clear();
		this.storedId = this.state.getId();
		this.storedUser = user;
	}

	/** The old id is gone: all of it has to be stored under the new one. */
	void moved() {
		this.fresh = true;
	}

	boolean isFresh() {
		return this.fresh;
	}

	/**
	 * Whether there is anything to store. Spring Session saves twice in a request.
	 * @return {@code false} right after loading and saving
	 */
	boolean isDirty() {
		return this.dirty;
	}

	Set<String> changed() {
		return this.changed;
	}

	@Nullable String storedId() {
		return this.storedId;
	}

	@Nullable String storedUser() {
		return this.storedUser;
	}

	@Override
	public String getId() {
		return this.state.getId();
	}

	@Override
	public String changeSessionId() {
		this.dirty = true;
		return this.state.changeSessionId();
	}

	@Override
	public <T> @Nullable T getAttribute(String attributeName) {
		return this.state.getAttribute(attributeName);
	}

	@Override
	public Set<String> getAttributeNames() {
		return this.state.getAttributeNames();
	}

	@Override
	public void setAttribute(String attributeName, @Nullable Object attributeValue) {
		this.state.setAttribute(attributeName, attributeValue);
		this.changed.add(attributeName);
		this.dirty = true;
	}

	@Override
	public void removeAttribute(String attributeName) {
		setAttribute(attributeName, null);
	}

	@Override
	public Instant getCreationTime() {
		return this.state.getCreationTime();
	}

	@Override
	public void setLastAccessedTime(Instant lastAccessedTime) {
		this.state.setLastAccessedTime(lastAccessedTime);
		this.dirty = true;
	}

	@Override
	public Instant getLastAccessedTime() {
		return this.state.getLastAccessedTime();
	}

	/**
	 * Set how long the session lives without an access.
	 * @param interval the time, at least 1 ms: what would live for ever is refused
	 */
	@Override
	public void setMaxInactiveInterval(Duration interval) {
		if (interval.toMillis() < 1) {
			throw new IllegalArgumentException(
					"A session must end at some time: its maximum inactive interval must be positive but is "
							+ interval);
		}
		this.state.setMaxInactiveInterval(interval);
		this.dirty = true;
	}

	@Override
	public Duration getMaxInactiveInterval() {
		return this.state.getMaxInactiveInterval();
	}

	@Override
	public boolean isExpired() {
		return this.state.isExpired();
	}

}
