package io.github.redispatterns.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A guess which entries are in Redis, so that a read takes the cheaper way for what
 * awaits it: {@code MGET} for a hit, the lease at once for a miss. A wrong guess costs
 * time, nothing else. 128 KB, whatever the number of entries: the last key of a slot
 * wins.
 */
final class Presence {

	private static final int SLOT_BITS = 14;

	private static final int PRINT_BITS = 16;

	private static final long PRINT_MASK = (1L << PRINT_BITS) - 1;

	private final AtomicLongArray slots = new AtomicLongArray(1 << SLOT_BITS);

	/**
	 * Note that an entry is there.
	 * @param key its key
	 * @param untilMicros until when
	 */
	void seen(String key, long untilMicros) {
		long mixed = mix(key);
		this.slots.setOpaque(slot(mixed), (untilMicros / 1000 + 1) << PRINT_BITS | (mixed & PRINT_MASK));
	}

	/**
	 * Note that an entry is not there.
	 * @param key its key
	 */
	void gone(String key) {
		long mixed = mix(key);
		if ((this.slots.getOpaque(slot(mixed)) & PRINT_MASK) == (mixed & PRINT_MASK)) {
			this.slots.setOpaque(slot(mixed), 0);
		}
	}

	/** Note that no entry is there. */
	void allGone() {
		for (int i = 0; i < this.slots.length(); i++) {
			this.slots.setOpaque(i, 0);
		}
	}

	/**
	 * Guess whether an entry is there.
	 * @param key its key
	 * @param nowMicros the time
	 * @return whether it probably is
	 */
	boolean isLikely(String key, long nowMicros) {
		long mixed = mix(key);
		long slot = this.slots.getOpaque(slot(mixed));
		return (slot & PRINT_MASK) == (mixed & PRINT_MASK) && slot >>> PRINT_BITS > nowMicros / 1000;
	}

	private static long mix(String key) {
		return key.hashCode() * 0x9E3779B97F4A7C15L;
	}

	private static int slot(long mixed) {
		return (int) (mixed >>> (Long.SIZE - SLOT_BITS));
	}

}
