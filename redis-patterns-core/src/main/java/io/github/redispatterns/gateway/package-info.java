/**
 * The one way to Redis: scripts by SHA, commands, deadline and errors. No pattern talks
 * to a driver in any other way.
 */
@NullMarked
package io.github.redispatterns.gateway;

import org.jspecify.annotations.NullMarked;
