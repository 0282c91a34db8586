package io.github.redispatterns.autoconfigure.coordination;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.coordination.IdempotencySettings;
import io.github.redispatterns.coordination.TaskSettings;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Settings of what is done once over all nodes.
 *
 * @param enabled whether idempotent operations, tasks and elections are there
 * @param idempotency operations that are executed once for each key
 * @param tasks scheduled tasks that run once for each fire
 * @param elections elections of a leader
 */
@ConfigurationProperties("redis-patterns.coordination")
public record CoordinationProperties(@DefaultValue("true") boolean enabled, @DefaultValue Idempotency idempotency,
		@DefaultValue Tasks tasks, @DefaultValue Elections elections) {

	private static final String PREFIX = "redis-patterns.coordination.";

	private static Duration atLeast(String property, Duration value, Duration shortest) {
		return PropertyCheck.atLeast(PREFIX + property, value, shortest);
	}

	/**
	 * Settings of operations.
	 *
	 * @param ttl time that an answer is kept
	 * @param lease time after which an operation is free again whose node is not heard of
	 * any more
	 * @param maxWait time that an answer is waited for while another executes the
	 * operation, zero to be refused at once
	 * @param onRedisFailure what becomes of operations while Redis does not answer
	 * @param http the field Idempotency-Key of HTTP requests
	 */
	public record Idempotency(@DefaultValue("24h") Duration ttl, @DefaultValue("30s") Duration lease,
			@DefaultValue("0s") Duration maxWait, @DefaultValue("closed") OnRedisFailure onRedisFailure,
			@DefaultValue Http http) {

		IdempotencySettings toSettings() {
			return new IdempotencySettings(atLeast("idempotency.ttl", this.ttl, IdempotencySettings.SHORTEST_TTL),
					atLeast("idempotency.lease", this.lease, IdempotencySettings.SHORTEST_LEASE),
					atLeast("idempotency.max-wait", this.maxWait, Duration.ZERO), Set.of(), this.onRedisFailure);
		}

	}

	/**
	 * Settings of the field Idempotency-Key.
	 *
	 * @param paths patterns of paths whose requests may have the field, beside those of
	 * annotated methods; safe methods are left alone
	 * @param required whether requests to these paths are refused without the field
	 * @param maxBodySize size up to which requests are compared and responses are kept
	 */
	public record Http(@DefaultValue List<String> paths, @DefaultValue("true") boolean required,
			@DefaultValue("1MB") DataSize maxBodySize) {
	}

	/**
	 * Settings of tasks.
	 *
	 * @param lease time after which a run counts as lost whose node is not heard of any
	 * more
	 * @param maxClockSkew time by which the clock of a node may differ from that of Redis
	 * @param onRedisFailure whether tasks run on every node while Redis does not answer,
	 * or on none
	 */
	public record Tasks(@DefaultValue("30s") Duration lease, @DefaultValue("1m") Duration maxClockSkew,
			@DefaultValue("closed") OnRedisFailure onRedisFailure) {

		TaskSettings toSettings() {
			return new TaskSettings(atLeast("tasks.lease", this.lease, TaskSettings.SHORTEST_LEASE),
					atLeast("tasks.max-clock-skew", this.maxClockSkew, Duration.ZERO), this.onRedisFailure);
		}

	}

	/**
	 * Settings of elections.
	 *
	 * @param lease time after which a leader has lost its term that is not heard of any
	 * more
	 */
	public record Elections(@DefaultValue("15s") Duration lease) {

		Duration checkedLease() {
			return atLeast("elections.lease", this.lease, TaskSettings.SHORTEST_LEASE);
		}

	}

}
