/** What an annotation on a handler method of Spring MVC can refer to. */
@NullMarked
package io.github.redispatterns.annotation.web;

import org.jspecify.annotations.NullMarked;
