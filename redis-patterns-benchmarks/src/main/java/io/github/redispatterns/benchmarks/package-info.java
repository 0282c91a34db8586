/**
 * What a pattern costs, beside its peers in the same run: one class a pattern.
 */
@NullMarked
package io.github.redispatterns.benchmarks;

import org.jspecify.annotations.NullMarked;
