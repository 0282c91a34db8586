package io.github.redispatterns.devservices;

import java.util.List;
import java.util.Optional;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches where no property of {@code spring.data.redis} names a server. */
final class NoServerNamedCondition extends SpringBootCondition {

	private static final List<ConfigurationPropertyName> NAMES = List
		.of("url", "host", "port", "sentinel", "cluster", "masterreplica")
		.stream()
		.map(ConfigurationPropertyName.of("spring.data.redis")::append)
		.toList();

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Redis for development");
		Optional<ConfigurationPropertyName> named = named(context.getEnvironment());
		return named.isPresent() ? ConditionOutcome.noMatch(message.found("property").items(named.get()))
				: ConditionOutcome.match(message.because("no property names a server"));
	}

	private static Optional<ConfigurationPropertyName> named(Environment environment) {
		return NAMES.stream().filter((name) -> isSet(environment, name)).findFirst();
	}

	private static boolean isSet(Environment environment, ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(name) != null
					|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

}
