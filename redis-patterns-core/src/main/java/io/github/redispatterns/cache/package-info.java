/**
 * Spring's cache abstraction on Redis: typed by the method that is cached, one key an
 * entry.
 */
@NullMarked
package io.github.redispatterns.cache;

import org.jspecify.annotations.NullMarked;
