/**
 * Benchmarks of the patterns against the bare command, one class a pattern.
 */
@NullMarked
package io.github.redispatterns.benchmarks;

import org.jspecify.annotations.NullMarked;
