/** Tests of the servers for tests. */
@NullMarked
package io.github.redispatterns.devservices.junit;

import org.jspecify.annotations.NullMarked;
