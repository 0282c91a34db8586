package io.github.redispatterns.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.redispatterns.codec.EntryMetadata;
import io.github.redispatterns.codec.Envelope;
import io.github.redispatterns.gateway.RedisGateway;

/** Says of single entries of one cache what there is to know. */
final class Explanations {

	private final CacheEngine engine;

	Explanations(CacheEngine engine) {
		this.engine = engine;
	}

	/**
	 * Explain an entry.
	 * @param key its key
	 * @return what Redis and this node have
	 */
	CompletionStage<EntryExplanation> of(String key) {
		CompletionStage<Long> ttl = this.engine.gateway().command((redis) -> redis.pttl(RedisGateway.utf8(key)));
		return this.engine.store()
			.clock()
			.thenCompose((clock) -> this.engine.store().read(key))
			.thenCompose((read) -> verdict(key, read).thenCombine(ttl,
					(verdict, millis) -> explanation(key, read, verdict, millis)));
	}

	private CompletionStage<String> verdict(String key, EntryStore.Read read) {
		Envelope envelope = read.stored().envelope();
		if (!this.engine.invalidations().trusts(key)) {
			return CompletableFuture.completedFuture("not served: Redis has not heard of an invalidation yet");
		}
		if (envelope == null) {
			return CompletableFuture.completedFuture("not there");
		}
		if (!read.state().includes(envelope.metadata())) {
			return CompletableFuture.completedFuture("not served: the cache was cleared since");
		}
		return this.engine.isValid(envelope, read.state())
			.thenApply((valid) -> valid ? freshness(envelope.metadata(), read.stored())
					: "not served: one of its tags was invalidated since");
	}

	private String freshness(EntryMetadata entry, StoredEntry stored) {
		Assessment.Kind kind = this.engine.freshness().kind(entry);
		boolean stale = kind == Assessment.Kind.REVALIDATE || kind == Assessment.Kind.FALLBACK;
		if (stale && this.engine.freshness().isPaused(stored)) {
			return "stale: served because its load failed, which is not tried again for now";
		}
		return switch (kind) {
			case FRESH -> "fresh";
			case REVALIDATE -> "stale: served while it is loaded again";
			case FALLBACK -> "stale: served only if its load fails";
			case NONE -> "not served: stale for too long";
		};
	}

	private EntryExplanation explanation(String key, EntryStore.Read read, String verdict, long ttlMillis) {
		boolean isNear = this.engine.isNear(key);
		boolean loading = read.bytes() != null && StoredEntry.isLeased(read.bytes());
		Envelope envelope = read.stored().envelope();
		if (envelope == null) {
			return new EntryExplanation(key, verdict, isNear, loading, null, null, null, null, null, Set.of(), 0);
		}
		EntryMetadata entry = envelope.metadata();
		long age = this.engine.clock().nowMicros() - entry.createdMicros();
		return new EntryExplanation(key, verdict, isNear, loading, Instant.EPOCH.plus(micros(entry.createdMicros())),
				micros(age), micros(this.engine.freshness().leftMicros(entry)), Duration.ofMillis(ttlMillis),
				micros(entry.loadMicros()), entry.tagVersions().keySet(), envelope.toBytes().length);
	}

	private static Duration micros(long micros) {
		return Duration.of(micros, ChronoUnit.MICROS);
	}

}
