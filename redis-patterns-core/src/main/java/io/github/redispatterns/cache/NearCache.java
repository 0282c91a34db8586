package io.github.redispatterns.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.Envelope;
import io.github.redispatterns.key.KeySpace;

/**
 * The part of one cache that is kept in this JVM. A value goes in only if nothing has
 * invalidated it since it was read: a reader takes a {@linkplain #ticket ticket} before
 * it asks Redis, and every invalidation voids the tickets of that key.
 * <p>
 * An invalidation by another node may be heard of before it is done in Redis. For
 * {@link InvalidationLog#GRACE} after it no ticket is good for anything, so what is read
 * meanwhile does no harm, however late it arrives.
 */
final class NearCache {

	private static final int STRIPES = 4096;

	/** A ticket that never was, and never will be. */
	private static final long VOID = -1;

	/** What a key, its entry and its slot in the map need beside the payload. */
	private static final int OVERHEAD = 200;

	private final KeySpace space;

	/**
	 * By the hash tags of their keys: for an ordinary key that is what the caller has.
	 * Replaced by an empty one to forget everything at once, however much that is.
	 */
	private volatile Cache<String, NearEntry> entries;

	private final AtomicLongArray tickets = new AtomicLongArray(STRIPES);

	private final AtomicLongArray closedUntil = new AtomicLongArray(STRIPES);

	private final Map<ResolvableType, Optional<UnaryOperator<Object>>> copiers = new ConcurrentHashMap<>();

	private final EntryCodec codec;

	private final CacheVersions versions;

	private final long lifeNanos;

	private final double jitter;

	private final LongAdder hits;

	private final long maxWeight;

	private volatile boolean open;

	/**
	 * Create a near cache, which takes nothing in until it is {@linkplain #open opened}.
	 * @param space has the keys of the cache
	 * @param settings its settings
	 * @param jitter by which part lives are shortened at random
	 * @param codec reads values that cannot be shared
	 * @param versions knows of invalidated tags
	 * @param statistics counts hits
	 */
	NearCache(KeySpace space, NearSettings settings, double jitter, EntryCodec codec, CacheVersions versions,
			CacheStatistics statistics) {
		this.space = space;
		this.maxWeight = settings.maxWeight();
		this.entries = empty();
		this.lifeNanos = settings.timeToLive().toNanos();
		this.jitter = jitter;
		this.codec = codec;
		this.versions = versions;
		this.hits = statistics.adder(Event.NEAR_HIT);
		long now = System.nanoTime();
		for (int i = 0; i < STRIPES; i++) {
			this.closedUntil.setPlain(i, now);
		}
	}

	private Cache<String, NearEntry> empty() {
		return Caffeine.newBuilder()
			.maximumWeight(this.maxWeight)
			.weigher((String tag, NearEntry entry) -> entry.weight())
			.executor(Runnable::run)
			.build();
	}

	/**
	 * Serve an entry.
	 * @param tag the hash tag of its key
	 * @param type its declared type
	 * @param cleared generation of the cache: older entries are invalid
	 * @return the entry, whose value may be shared with others, or {@code null}
	 */
	@Nullable NearEntry get(String tag, ResolvableType type, long cleared) {
		NearEntry entry = this.entries.getIfPresent(tag);
		if (entry == null || !entry.isOf(type)) {
			return null;
		}
		if (System.nanoTime() - entry.untilNanos() >= 0 || entry.metadata().generation() < cleared
				|| this.versions.isDisputed(entry.metadata())) {
			this.entries.asMap().remove(tag, entry);
			return null;
		}
		this.hits.increment();
		return (entry.envelope() != null) ? read(tag, entry, entry.envelope()) : entry;
	}

	private @Nullable NearEntry read(String tag, NearEntry entry, byte[] envelope) {
		Decoded decoded = this.codec.decode(this.space.keyOf(tag), envelope, entry.type());
		return (decoded instanceof Decoded.Value value)
				? new NearEntry(value.value(), null, entry.type(), entry.metadata(), entry.untilNanos(), entry.weight())
				: null;
	}

	/**
	 * Begin to read or write an entry in Redis.
	 * @param key its key
	 * @return the ticket to take it in with
	 */
	long ticket(String key) {
		int stripe = stripe(key);
		return valid(stripe, this.tickets.get(stripe));
	}

	// Who hears of a change closes first and counts up then: one of both is seen here.
	private long valid(int stripe, long ticket) {
		return (System.nanoTime() - this.closedUntil.get(stripe) >= 0) ? ticket : VOID;
	}

	/**
	 * Take an entry in, if nothing has changed it since it was read.
	 * @param key its key
	 * @param ticket from before it was read
	 * @param envelope the entry
	 * @param value its value
	 * @param type its declared type
	 * @param dueNanos for how long it is fresh and no read of it is due to reach Redis
	 */
	void put(String key, long ticket, Envelope envelope, @Nullable Object value, ResolvableType type, long dueNanos) {
		if (!this.open || dueNanos <= 0) {
			return;
		}
		double part = this.jitter * ThreadLocalRandom.current().nextDouble();
		long life = Math.min(dueNanos, (long) (this.lifeNanos * (1 - part)));
		NearEntry entry = entry(envelope, value, type, System.nanoTime() + life);
		int stripe = stripe(key);
		// In one step with the check: an invalidation comes either before or after both.
		this.entries.asMap()
			.compute(this.space.tagOf(key), (same, present) -> mayPut(stripe, ticket) ? entry : present);
	}

	private boolean mayPut(int stripe, long ticket) {
		return this.open && this.tickets.get(stripe) == ticket;
	}

	private NearEntry entry(Envelope envelope, @Nullable Object value, ResolvableType type, long until) {
		UnaryOperator<Object> copier = this.copiers
			.computeIfAbsent(type, (key) -> Optional.ofNullable(Shareable.copier(key)))
			.orElse(null);
		int weight = envelope.toBytes().length + OVERHEAD;
		if (value == null || copier != null) {
			Object shared = (value != null && copier != null) ? copier.apply(value) : null;
			return new NearEntry(shared, null, type, envelope.metadata(), until, weight);
		}
		return new NearEntry(null, envelope.toBytes(), type, envelope.metadata(), until, weight);
	}

	/**
	 * Forget an entry that this node has changed in Redis, and void the tickets of its
	 * key.
	 * @param key its key
	 * @return a new ticket
	 */
	long changed(String key) {
		int stripe = stripe(key);
		long ticket = this.tickets.incrementAndGet(stripe);
		this.entries.invalidate(this.space.tagOf(key));
		return valid(stripe, ticket);
	}

	/**
	 * Forget an entry that another node is changing.
	 * @param key its key
	 */
	void changing(String key) {
		this.closedUntil.set(stripe(key), System.nanoTime() + InvalidationLog.GRACE.toNanos());
		changed(key);
	}

	/** Forget everything, because anything may be changing. */
	void clear() {
		long until = System.nanoTime() + InvalidationLog.GRACE.toNanos();
		for (int i = 0; i < STRIPES; i++) {
			this.closedUntil.set(i, until);
			this.tickets.incrementAndGet(i);
		}
		this.entries = empty();
	}

	/**
	 * Take entries in: invalidations are being followed from now on. What was told of
	 * before may be done later.
	 */
	void open() {
		clear();
		this.open = true;
	}

	/** Take nothing in any more, and forget everything. */
	void close() {
		this.open = false;
		this.entries = empty();
	}

	boolean has(String key) {
		return this.entries.asMap().containsKey(this.space.tagOf(key));
	}

	/**
	 * Number of entries.
	 * @return an estimate
	 */
	long size() {
		return this.entries.estimatedSize();
	}

	private static int stripe(String key) {
		int hash = key.hashCode() * 0x9E3779B9;
		return hash >>> (Integer.SIZE - 12);
	}

}
