/** Auto-configuration of sessions. */
@NullMarked
package io.github.redispatterns.autoconfigure.session;

import org.jspecify.annotations.NullMarked;
