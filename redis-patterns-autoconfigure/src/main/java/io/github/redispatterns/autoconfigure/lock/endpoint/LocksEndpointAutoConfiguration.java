package io.github.redispatterns.autoconfigure.lock.endpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.lock.LockAutoConfiguration;
import io.github.redispatterns.lock.Locks;

/**
 * {@link AutoConfiguration Auto-configuration} of the actuator endpoint {@code locks}.
 */
@AutoConfiguration(after = LockAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Locks.class)
@ConditionalOnAvailableEndpoint(LocksEndpoint.class)
public final class LocksEndpointAutoConfiguration {

	LocksEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	LocksEndpoint locksEndpoint(Locks locks) {
		return new LocksEndpoint(locks);
	}

}
