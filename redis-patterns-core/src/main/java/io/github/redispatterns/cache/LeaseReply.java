package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What {@code lease.lua} says.
 *
 * @param status what was found
 * @param nowMicros time of the server
 * @param remaining how long the lease lasts
 * @param token the token of the lease, whosever it is; empty if there is none
 * @param stored the entry that is there, in the two latter cases below the lease
 * @param state the state of the cache
 */
record LeaseReply(Status status, long nowMicros, Duration remaining, String token, StoredEntry stored,
		CacheState state) {

	static LeaseReply read(List<Object> reply, CacheState state, long ticket) {
		return new LeaseReply(Status.values()[((Long) reply.get(0)).intValue()], (Long) reply.get(1),
				Duration.ofMillis((Long) reply.get(2)), new String((byte[]) reply.get(3), StandardCharsets.US_ASCII),
				StoredEntry.read((byte[]) reply.get(4), ticket), state);
	}

	/** What was found, in the order of the script's numbers. */
	enum Status {

		/** An entry. */
		ENTRY,

		/** Nothing that serves: the lease is the caller's. */
		MINE,

		/** Nothing that serves: somebody else loads. */
		THEIRS

	}

}
