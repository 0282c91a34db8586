package io.github.redispatterns.session;

import java.time.Instant;

/**
 * A session as its user may see it.
 *
 * @param handle names the session without giving it away: it is no session id
 * @param createdAt when it began
 * @param lastAccessedAt when it was last used
 */
public record UserSession(String handle, Instant createdAt, Instant lastAccessedAt) {
}
