/** Tests of coordination over all nodes. */
@NullMarked
package io.github.redispatterns.coordination;

import org.jspecify.annotations.NullMarked;
