/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.session;

import org.jspecify.annotations.NullMarked;
