/**
 * Values as bytes: typed JSON whose type comes from a declaration, never from the bytes;
 * compressed and encrypted where that is switched on; in an envelope where they need
 * metadata.
 */
@NullMarked
package io.github.redispatterns.codec;

import org.jspecify.annotations.NullMarked;
