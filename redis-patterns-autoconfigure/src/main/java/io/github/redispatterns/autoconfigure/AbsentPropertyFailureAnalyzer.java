package io.github.redispatterns.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains a bad value where Spring Boot does not, which looks for where the property was
 * set: of one that is missing, or one element of a list that was set as a whole.
 */
final class AbsentPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

	private final Environment environment;

	AbsentPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		if (this.environment.containsProperty(cause.getName())) {
			return null;
		}
		return new FailureAnalysis(
				"Invalid value '%s' for configuration property '%s'. Validation failed for the following reason:%n%n%s"
					.formatted(cause.getValue(), cause.getName(), cause.getReason()),
				"Update your application's configuration with a valid value.", rootFailure);
	}

}
