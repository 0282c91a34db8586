/** Servers for tests with JUnit Jupiter. */
@NullMarked
package io.github.redispatterns.devservices.junit;

import org.jspecify.annotations.NullMarked;
