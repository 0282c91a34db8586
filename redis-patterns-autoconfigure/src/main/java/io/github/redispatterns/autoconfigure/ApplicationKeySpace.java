package io.github.redispatterns.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import io.github.redispatterns.key.KeySpace;

/** Finds the prefix of an application's keys. */
final class ApplicationKeySpace {

	private static final Log logger = LogFactory.getLog(ApplicationKeySpace.class);

	private static final String FALLBACK = "application";

	private ApplicationKeySpace() {
	}

	static KeySpace create(@Nullable String prefix, Environment environment) {
		if (prefix != null) {
			return PropertyCheck.create("redis-patterns.key-prefix", prefix, () -> KeySpace.of(prefix));
		}
		String name = environment.getProperty("spring.application.name");
		if (StringUtils.hasText(name)) {
			return KeySpace.of(name);
		}
		logger.warn("Neither redis-patterns.key-prefix nor spring.application.name is set: keys begin with '" + FALLBACK
				+ "', as those of every other application without a name on the same Redis");
		return KeySpace.of(FALLBACK);
	}

}
