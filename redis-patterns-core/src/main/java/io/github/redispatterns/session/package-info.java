/**
 * Who is logged in: Spring Session on Redis, without class names in the store, and the
 * list of a user's sessions.
 */
@NullMarked
package io.github.redispatterns.session;

import org.jspecify.annotations.NullMarked;
