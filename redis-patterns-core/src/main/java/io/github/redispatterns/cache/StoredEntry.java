package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.codec.Envelope;

/**
 * What lies under the key of an entry: the entry, perhaps below a lease or a pause (see
 * {@code lease.lua}).
 *
 * @param envelope the entry, or {@code null} if there is none of a known version
 * @param head the first bytes of whatever is there in its place, to tell it by; empty for
 * nothing
 * @param pausedUntilMicros until when nobody loads it again, because that failed; 0 for
 * no such pause
 * @param ticket what the near cache gave before it was read
 */
record StoredEntry(@Nullable Envelope envelope, byte[] head, long pausedUntilMicros, long ticket) {

	private static final byte LEASE = (byte) 250;

	private static final byte PAUSE = '!';

	private static final int END_OFFSET = 17;

	private static final int COUNT_OFFSET = 33;

	private static final int WAITERS_OFFSET = 35;

	private static final int WAITER_SIZE = 16;

	private static final byte[] NOTHING = {};

	static StoredEntry read(byte @Nullable [] bytes, long ticket) {
		if (bytes == null || bytes.length == 0) {
			return new StoredEntry(null, NOTHING, 0, ticket);
		}
		byte[] entry = (bytes[0] == LEASE) ? beneath(bytes) : bytes;
		long pausedUntil = isPaused(bytes) ? end(bytes) : 0;
		Optional<Envelope> envelope = Envelope.read(entry);
		return envelope.isPresent() ? new StoredEntry(envelope.get(), NOTHING, pausedUntil, ticket)
				: new StoredEntry(null, headOf(entry), pausedUntil, ticket);
	}

	static boolean isLeased(byte[] bytes) {
		return bytes.length > 0 && bytes[0] == LEASE && !isPaused(bytes);
	}

	private static boolean isPaused(byte[] bytes) {
		return bytes.length >= WAITERS_OFFSET && bytes[0] == LEASE && bytes[1] == PAUSE;
	}

	private static long end(byte[] bytes) {
		return Long.parseLong(new String(bytes, END_OFFSET, COUNT_OFFSET - END_OFFSET, StandardCharsets.US_ASCII));
	}

	private static byte[] beneath(byte[] bytes) {
		if (bytes.length < WAITERS_OFFSET) {
			return NOTHING;
		}
		String count = new String(bytes, COUNT_OFFSET, 2, StandardCharsets.US_ASCII);
		int offset = WAITERS_OFFSET + WAITER_SIZE * Integer.parseInt(count);
		return (offset < bytes.length) ? Arrays.copyOfRange(bytes, offset, bytes.length) : NOTHING;
	}

	/**
	 * How to tell this entry from its successor.
	 * @return its first bytes
	 */
	byte[] identity() {
		return (this.envelope != null) ? headOf(this.envelope.toBytes()) : this.head;
	}

	private static byte[] headOf(byte[] bytes) {
		return Arrays.copyOf(bytes, Math.min(bytes.length, Envelope.FIXED_SIZE));
	}

}
