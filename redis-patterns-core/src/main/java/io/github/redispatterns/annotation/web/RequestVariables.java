package io.github.redispatterns.annotation.web;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.web.servlet.HandlerMapping;

/**
 * What an expression on a handler method can be made of: {@code #request},
 * {@code #principal}, {@code #session} (a map of its attributes) and the path variables
 * by name.
 */
public final class RequestVariables {

	private RequestVariables() {
	}

	/**
	 * The variables of a request.
	 * @param request the request
	 * @return a context without root object
	 */
	public static StandardEvaluationContext of(HttpServletRequest request) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> path) {
			path.forEach((name, value) -> context.setVariable(name.toString(), value));
		}
		context.setVariable("request", request);
		context.setVariable("principal", request.getUserPrincipal());
		context.setVariable("session", attributes(request.getSession(false)));
		return context;
	}

	private static Map<String, Object> attributes(@Nullable HttpSession session) {
		if (session == null) {
			return Map.of();
		}
		Map<String, Object> attributes = new HashMap<>();
		Collections.list(session.getAttributeNames())
			.forEach((name) -> attributes.put(name, session.getAttribute(name)));
		return attributes;
	}

}
