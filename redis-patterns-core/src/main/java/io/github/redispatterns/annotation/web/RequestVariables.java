package io.github.redispatterns.annotation.web;

import java.security.Principal;
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
		return of(request, request.getUserPrincipal(), attributes(request.getSession(false)),
				request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE));
	}

	/**
	 * The variables of a request of any kind.
	 * @param request the request
	 * @param principal who is logged in, if anybody is
	 * @param session the attributes of the session
	 * @param path the path variables by name, anything else for none
	 * @return a context without root object
	 */
	public static StandardEvaluationContext of(Object request, @Nullable Principal principal,
			Map<String, Object> session, @Nullable Object path) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		if (path instanceof Map<?, ?> variables) {
			variables.forEach((name, value) -> context.setVariable(name.toString(), value));
		}
		context.setVariable("request", request);
		context.setVariable("principal", principal);
		context.setVariable("session", session);
		return context;
	}

	/**
	 * The attributes of a session.
	 * @param session the session, if there is one
	 * @return the attributes by name
	 */
	public static Map<String, Object> attributes(@Nullable HttpSession session) {
		if (session == null) {
			return Map.of();
		}
		Map<String, Object> attributes = new HashMap<>();
		Collections.list(session.getAttributeNames())
			.forEach((name) -> attributes.put(name, session.getAttribute(name)));
		return attributes;
	}

}
