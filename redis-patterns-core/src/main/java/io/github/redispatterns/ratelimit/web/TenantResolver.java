package io.github.redispatterns.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * Says which tenant a request belongs to, for rules that count by tenant. Called for each
 * request, in WebFlux on a thread that must not block.
 */
@FunctionalInterface
public interface TenantResolver {

	/**
	 * Find the tenant.
	 * @param request the request
	 * @return the name of the tenant, or {@code null} if it belongs to none
	 */
	@Nullable String tenantOf(LimitedRequest request);

}
