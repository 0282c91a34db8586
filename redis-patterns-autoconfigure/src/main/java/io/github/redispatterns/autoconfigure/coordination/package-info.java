/** Auto-configuration of what is done once over all nodes. */
@NullMarked
package io.github.redispatterns.autoconfigure.coordination;

import org.jspecify.annotations.NullMarked;
