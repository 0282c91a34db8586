package io.github.redispatterns.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened in one cache since it was created, in this JVM. */
public final class CacheStatistics {

	private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

	private final LongAdder loadNanos = new LongAdder();

	CacheStatistics() {
		for (Event event : Event.values()) {
			this.counts.put(event, new LongAdder());
		}
	}

	/**
	 * How often something happened.
	 * @param event what
	 * @return how often
	 */
	public long count(Event event) {
		return adder(event).sum();
	}

	/**
	 * How long all loads took together.
	 * @return nanoseconds
	 */
	public long loadNanos() {
		return this.loadNanos.sum();
	}

	void add(Event event) {
		adder(event).increment();
	}

	void loaded(long nanos) {
		add(Event.LOAD);
		this.loadNanos.add(nanos);
	}

	/**
	 * The counter of an event, for paths where the look-up would count.
	 * @param event the event
	 * @return its counter
	 */
	LongAdder adder(Event event) {
		LongAdder adder = this.counts.get(event);
		if (adder == null) {
			throw new IllegalArgumentException("No counter of " + event);
		}
		return adder;
	}

	/** What can happen. */
	public enum Event {

		/** A value was served from the near cache. */
		NEAR_HIT,

		/** A fresh value was served from Redis. */
		HIT,

		/** A stale value was served while, or because, it is loaded again. */
		STALE_HIT,

		/** There was nothing to serve. */
		MISS,

		/** A value was loaded. */
		LOAD,

		/** A load failed. */
		LOAD_FAILURE,

		/** A caller did not wait for a load any longer. */
		LOAD_TIMEOUT,

		/** An entry was loaded again before it expired. */
		EARLY_REFRESH,

		/** A stale value was served because its load failed. */
		FAIL_SAFE,

		/** A caller waited for the load of another node. */
		LEASE_WAIT,

		/** What was loaded was not stored because it had been invalidated meanwhile. */
		LEASE_LOST,

		/** A value was written. */
		PUT,

		/** Something was invalidated. */
		EVICTION,

		/** An entry was none of the declared type. */
		UNDECODABLE,

		/** A value was not stored because it is too big or has no form. */
		NOT_STORED,

		/** Redis did not answer. */
		REDIS_FAILURE

	}

}
