package io.github.redispatterns.coordination.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * A response as it is kept.
 *
 * @param status its status
 * @param headers its headers, less those that belong to one exchange only
 * @param body its body, or {@code null} if that was too large
 */
record StoredResponse(int status, Map<String, List<String>> headers, byte @Nullable [] body) {

	/** Tells a client that it gets an answer again. */
	static final String REPLAYED = "Idempotent-Replayed";

	/**
	 * Answer again.
	 * @param response where to
	 * @throws IOException if the client has gone
	 * @throws IdempotencyException if there is no body to answer with
	 */
	void send(HttpServletResponse response) throws IOException {
		if (this.body == null) {
			throw new IdempotencyException(IdempotencyProblem.NOT_KEPT, null);
		}
		response.setStatus(this.status);
		this.headers.forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		response.setHeader(REPLAYED, "true");
		response.setContentLength(this.body.length);
		response.getOutputStream().write(this.body);
	}

}
