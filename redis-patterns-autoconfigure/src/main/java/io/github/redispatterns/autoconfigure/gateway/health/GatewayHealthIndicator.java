package io.github.redispatterns.autoconfigure.gateway.health;

import java.util.concurrent.TimeUnit;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.github.redispatterns.gateway.RedisGateway;

/**
 * Up while a {@code PING} is answered within the deadline; nothing but that command is
 * sent. Details: how long it took, and whether the breaker is open.
 */
final class GatewayHealthIndicator extends AbstractHealthIndicator {

	private final RedisGateway gateway;

	GatewayHealthIndicator(RedisGateway gateway) {
		super("Redis does not answer");
		this.gateway = gateway;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("breaker", this.gateway.breaker().isOpen() ? "open" : "closed");
		long start = System.nanoTime();
		this.gateway.await(this.gateway.ping());
		builder.up().withDetail("pingMicros", TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
	}

}
