/** A ticket shop that shows the patterns wired together. */
@NullMarked
package io.github.redispatterns.sample;

import org.jspecify.annotations.NullMarked;
