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

	private final Store store;

	private final Set<String> changed = new HashSet<>();

	private boolean fresh;

	private boolean dirty = true;

	private @Nullable String storedId;

	private @Nullable String storedUser;

	private boolean ended;

	/**
	 * Create a session.
	 * @param state its content
	 * @param store where it is kept
	 * @param fresh whether it is not stored yet
	 */
	StoredSession(MapSession state, Store store, boolean fresh) {
		this.state = state;
		this.store = store;
		this.fresh = fresh;
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

	/** Another request ended it: nothing of it is stored any more. */
	void end() {
		this.ended = true;
		this.dirty = false;
	}

	boolean isFresh() {
		return this.fresh;
	}

	/**
	 * Whether there is anything to store. Spring Session saves twice in a request.
	 * @return {@code false} right after loading and saving
	 */
	boolean isDirty() {
		return this.dirty && !this.ended;
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
		if (!this.fresh) {
			// At once, so that the old id is no key any more whatever this request does
			// next.
			this.fresh = true;
			this.ended = !this.store.forget(this.state.getId());
		}
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
		if (attributeValue != null) {
			this.store.check(attributeName, attributeValue);
		}
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

	/** What a session asks of the place where it is kept. */
	interface Store {

		/**
		 * Remove a session.
		 * @param id its id
		 * @return whether it was there
		 */
		boolean forget(String id);

		/**
		 * Refuse what cannot be stored.
		 * @param attribute the name of the attribute
		 * @param value its value
		 */
		void check(String attribute, Object value);

	}

}
