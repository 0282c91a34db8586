package io.github.redispatterns.coordination.web;

import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.Claim;
import io.github.redispatterns.coordination.IdempotencySettings;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * The execution of a request under its claim.
 *
 * @param gateway the way to Redis
 * @param payloads turns responses into bytes
 * @param key where the response is kept
 * @param claim the claim
 * @param settings how it is kept
 */
record Execution(RedisGateway gateway, PayloadPipeline payloads, String key, Claim claim,
		IdempotencySettings settings) {

	static final ResolvableType TYPE = ResolvableType.forClass(StoredResponse.class);

	void complete(StoredResponse response) {
		byte[] answer;
		try {
			answer = this.payloads.encode(this.key, response, TYPE);
		}
		catch (RuntimeException ex) {
			release();
			throw ex;
		}
		this.gateway.await(this.claim.complete(answer, this.settings.ttl()));
	}

	void release() {
		this.gateway.await(this.claim.release());
	}

}
