/**
 * Names of keys: prefix, pattern, hash tag, and the encoding that keeps user input from
 * making strange ones.
 */
@NullMarked
package io.github.redispatterns.key;

import org.jspecify.annotations.NullMarked;
