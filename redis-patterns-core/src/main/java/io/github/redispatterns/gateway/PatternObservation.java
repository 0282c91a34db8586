package io.github.redispatterns.gateway;

import java.util.Locale;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What one pattern observes. Each pattern documents its operations as the constants of
 * one enum; their names are {@code redis.patterns.<pattern>.<operation>}, and all carry
 * the same tags.
 */
public interface PatternObservation extends ObservationDocumentation {

	@Override
	String getName();

	@Override
	default String getContextualName() {
		return getName().substring("redis.patterns.".length());
	}

	@Override
	default KeyName[] getLowCardinalityKeyNames() {
		return Tag.values();
	}

	/**
	 * The tags of every observation. Values are few: never a key, a user or a message.
	 */
	enum Tag implements KeyName {

		/** The configured name, of the policy, the cache, the queue, or {@code none}. */
		NAME,

		/** What came of it, in the pattern's words, or {@code error}. */
		OUTCOME;

		@Override
		public String asString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
