/**
 * Proven Redis patterns: one package a pattern, on top of
 * {@link io.github.redispatterns.gateway gateway}, {@link io.github.redispatterns.key
 * key} and {@link io.github.redispatterns.codec codec}.
 */
@NullMarked
package io.github.redispatterns;

import org.jspecify.annotations.NullMarked;
