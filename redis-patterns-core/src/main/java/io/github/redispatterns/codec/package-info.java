/**
 * Values as bytes: typed JSON whose type comes from a declaration, never from the bytes.
 */
@NullMarked
package io.github.redispatterns.codec;

import org.jspecify.annotations.NullMarked;
