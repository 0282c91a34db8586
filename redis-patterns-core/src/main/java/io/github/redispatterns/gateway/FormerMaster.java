package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A server that was made a replica, and keeps the connections that came to it too late to
 * be closed. The driver asks for the master's address only when it connects: from the
 * sentinels, which may be behind, or from a name service. So the connection is ended, and
 * the driver asks again. On a cluster it is told where to go instead.
 *
 * @see <a href=
 * "https://redis.io/docs/latest/develop/reference/sentinel-clients/">Guidelines for
 * Sentinel clients</a>
 */
final class FormerMaster {

	/** At the start of an error, or (before Redis 7) within that of a script. */
	private static final Pattern READONLY = Pattern.compile("(?:^|: -)READONLY\\b");

	/** So that calls that fail together, and those sent again, end one connection. */
	private static final long PAUSE = Duration.ofSeconds(1).toNanos();

	private final AtomicLong left = new AtomicLong(System.nanoTime() - PAUSE);

	/**
	 * End a connection if it leads to a replica.
	 * @param redis its commands
	 * @param error what the server said
	 */
	void leave(RedisClusterAsyncCommands<byte[], byte[]> redis, String error) {
		if (redis instanceof RedisAdvancedClusterAsyncCommands || !READONLY.matcher(error).find()) {
			return;
		}
		long last = this.left.get();
		long now = System.nanoTime();
		if (now - last >= PAUSE && this.left.compareAndSet(last, now)) {
			redis.quit();
		}
	}

}
