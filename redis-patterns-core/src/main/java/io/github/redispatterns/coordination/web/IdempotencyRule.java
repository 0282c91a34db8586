package io.github.redispatterns.coordination.web;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.annotation.MethodExpression;
import io.github.redispatterns.annotation.web.RequestVariables;
import io.github.redispatterns.coordination.IdempotencySettings;

/**
 * How requests with a key are treated.
 *
 * @param settings how they are executed
 * @param scope whom a key belongs to, or {@code null} for the principal
 * @param required whether a request must have a key
 */
record IdempotencyRule(IdempotencySettings settings, @Nullable MethodExpression scope, boolean required) {

	String scopeOf(HttpServletRequest request) {
		if (this.scope != null) {
			return this.scope.evaluate(RequestVariables.of(request));
		}
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? principal.getName() : "";
	}

}
