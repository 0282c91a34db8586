/** What the tests of all patterns share. */
@NullMarked
package io.github.redispatterns.test;

import org.jspecify.annotations.NullMarked;
