package io.github.redispatterns.coordination;

import java.util.concurrent.Executor;

import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/** The operations of an application that are executed once for each key, by name. */
public final class IdempotentOperations {

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final PayloadPipeline payloads;

	private final IdempotencySettings settings;

	private final Executor executor;

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of operations
	 * @param payloads turns answers into bytes
	 * @param settings of operations that are asked for without any
	 * @param executor runs operations that are asynchronous
	 */
	public IdempotentOperations(RedisGateway gateway, KeySpace keys, PayloadPipeline payloads,
			IdempotencySettings settings, Executor executor) {
		this.gateway = gateway;
		this.keys = keys;
		this.payloads = payloads;
		this.settings = settings;
		this.executor = executor;
	}

	/**
	 * How operations are executed that are asked for without settings.
	 * @return the settings
	 */
	public IdempotencySettings settings() {
		return this.settings;
	}

	/**
	 * An operation.
	 * @param <T> what it answers
	 * @param name its name, a word from the code
	 * @param type what it answers
	 * @return the operation
	 * @throws io.github.redispatterns.RedisPatternsException if such an answer could not
	 * be read back
	 */
	public <T> IdempotentOperation<T> get(String name, Class<T> type) {
		return get(name, ResolvableType.forClass(type));
	}

	/**
	 * An operation whose answer has a generic type.
	 * @param <T> what it answers
	 * @param name its name, a word from the code
	 * @param type what it answers
	 * @return the operation
	 * @throws io.github.redispatterns.RedisPatternsException if such an answer could not
	 * be read back
	 */
	public <T> IdempotentOperation<T> get(String name, ResolvableType type) {
		return new IdempotentOperation<>(this, name, type, this.settings);
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	Executor executor() {
		return this.executor;
	}

	PayloadPipeline payloads() {
		return this.payloads;
	}

	String key(String operation, String key) {
		return this.keys.key(operation, key);
	}

}
