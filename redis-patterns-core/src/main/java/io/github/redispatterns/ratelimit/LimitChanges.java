package io.github.redispatterns.ratelimit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Limits that were changed at run time: a hash {@code limit:burst} by policy, which lives
 * until the changes are taken back. Each node looks at it now and then, so that no
 * message can be missed.
 */
final class LimitChanges {

	/** How soon a node follows a change that another made. */
	static final Duration LOOK_EVERY = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(LimitChanges.class);

	private final RedisGateway gateway;

	private final byte[] key;

	private final Runnable changed;

	private volatile Map<String, Change> changes = Map.of();

	/**
	 * Begin without changes.
	 * @param gateway the way to Redis
	 * @param keys the key space of rate limits
	 * @param changed called when other limits hold than before
	 */
	LimitChanges(RedisGateway gateway, KeySpace keys, Runnable changed) {
		this.changed = changed;
		this.gateway = gateway;
		this.key = RedisGateway.utf8(keys.key("changes"));
	}

	boolean isChanged(String policy) {
		return this.changes.containsKey(policy);
	}

	RateLimitPolicy apply(RateLimitPolicy policy) {
		Change change = this.changes.get(policy.name());
		return (change != null) ? policy.withLimit(change.limit(), change.burst()) : policy;
	}

	CompletionStage<?> change(String policy, Change change) {
		byte[] field = RedisGateway.utf8(policy);
		byte[] value = RedisGateway.utf8(change.limit() + ":" + change.burst());
		return this.gateway.command((redis) -> redis.hset(this.key, field, value)).thenCompose((set) -> look());
	}

	CompletionStage<?> restore(String policy) {
		byte[] field = RedisGateway.utf8(policy);
		return this.gateway.command((redis) -> redis.hdel(this.key, field)).thenCompose((removed) -> look());
	}

	/**
	 * Look now and then.
	 * @param wanted whether to go on
	 */
	void follow(Supplier<Boolean> wanted) {
		look();
		this.gateway.timers().repeat(LOOK_EVERY, () -> {
			if (wanted.get()) {
				look();
			}
			return wanted.get();
		});
	}

	private CompletionStage<?> look() {
		return this.gateway.command((redis) -> redis.hgetall(this.key)).whenComplete(this::found);
	}

	private void found(@Nullable Map<byte[], byte[]> fields, @Nullable Throwable failure) {
		if (fields == null) {
			logger.debug("Changed rate limits could not be looked at", failure);
			return;
		}
		Map<String, Change> found = new HashMap<>();
		fields.forEach((field, value) -> {
			String text = new String(value, StandardCharsets.UTF_8);
			try {
				found.put(new String(field, StandardCharsets.UTF_8), Change.parse(text));
			}
			catch (RuntimeException ex) {
				logger.warn("A changed rate limit '%s' is none and is ignored".formatted(text));
			}
		});
		if (!found.equals(this.changes)) {
			this.changes = Map.copyOf(found);
			this.changed.run();
		}
	}

	/**
	 * What was changed.
	 *
	 * @param limit units for each period
	 * @param burst units at once
	 */
	record Change(long limit, long burst) {

		private static Change parse(String text) {
			int colon = text.indexOf(':');
			Change change = new Change(Long.parseLong(text, 0, colon, 10),
					Long.parseLong(text, colon + 1, text.length(), 10));
			if (change.limit < 1 || change.burst < 1) {
				throw new IllegalArgumentException(text);
			}
			return change;
		}

	}

}
