/**
 * Spring Boot's view of the patterns: one package, one auto-configuration and one
 * properties type a pattern. This package has what all of them stand on.
 */
@NullMarked
package io.github.redispatterns.autoconfigure;

import org.jspecify.annotations.NullMarked;
