package io.github.redispatterns.coordination.web;

import java.util.List;

/**
 * What the HTTP field {@code Idempotency-Key} is used for where no annotation says so.
 *
 * @param maxBodySize how many bytes of a request are read for its fingerprint, and how
 * many of a response are kept
 * @param paths patterns of paths, such as {@code /api/orders/**}, whose requests may have
 * the field; those with a safe method (GET, HEAD, OPTIONS, TRACE) are left alone
 * @param required whether requests to these paths must have the field
 */
public record IdempotencyKeySettings(int maxBodySize, List<String> paths, boolean required) {

	/** Largest body unless set otherwise: 1 MB. */
	public static final int DEFAULT_MAX_BODY_SIZE = 1024 * 1024;

	public IdempotencyKeySettings {
		if (maxBodySize < 1) {
			throw new IllegalArgumentException("The largest body must be at least 1 byte but is " + maxBodySize);
		}
		paths = List.copyOf(paths);
	}

	/**
	 * Annotated methods only, and bodies up to 1 MB.
	 * @return the settings
	 */
	public static IdempotencyKeySettings ofDefaults() {
		return new IdempotencyKeySettings(DEFAULT_MAX_BODY_SIZE, List.of(), true);
	}

}
