/** Tests. */
@NullMarked
package io.github.redispatterns.session;

import org.jspecify.annotations.NullMarked;
