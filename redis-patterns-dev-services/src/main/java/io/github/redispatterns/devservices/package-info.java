/**
 * A Redis for development and tests where none is configured.
 */
@NullMarked
package io.github.redispatterns.devservices;

import org.jspecify.annotations.NullMarked;
