package io.github.redispatterns.ratelimit.web;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Says who is counted by a rule. A bean of this type is for the rules that name it; it is
 * called for each request, in WebFlux on a thread that must not block.
 */
@FunctionalInterface
public interface RequestKey {

	/**
	 * Find out who is asking.
	 * @param request the request
	 * @param path the path variables of the rule, by name
	 * @return the key, or {@code null} if there is none
	 */
	@Nullable String of(LimitedRequest request, Map<String, String> path);

}
