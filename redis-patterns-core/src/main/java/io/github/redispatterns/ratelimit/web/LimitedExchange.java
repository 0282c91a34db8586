package io.github.redispatterns.ratelimit.web;

import org.jspecify.annotations.Nullable;

/** A request and what becomes of it. */
interface LimitedExchange extends LimitedRequest {

	@Nullable Object attribute(String name);

	void attribute(String name, Object value);

	void responseHeader(String name, String value);

}
