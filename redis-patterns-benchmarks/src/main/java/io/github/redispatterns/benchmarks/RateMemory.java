package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import io.github.redispatterns.benchmarks.RatePeer.Limiter;
import io.github.redispatterns.benchmarks.RatePeers.Rate;
import io.github.redispatterns.devservices.RedisServer;

/** How much memory one limited key takes in Redis, by {@code MEMORY USAGE}. */
final class RateMemory implements AutoCloseable {

	private static final int DECISIONS = 10_000;

	private static final Rate RATE = new Rate("memory", 20_000, Duration.ofDays(1));

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	RateMemory(RedisServer server) {
		this.client = RedisClient.create(server.url());
		this.connection = this.client.connect();
	}

	List<Ratio> compare(RatePeer ours, List<RatePeer> peers) {
		double own = bytes(ours);
		return peers.stream().map((peer) -> new Ratio("memory", peer.name(), bytes(peer) / own)).toList();
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
	}

	private double bytes(RatePeer peer) {
		Limiter limiter = peer.limiter(RATE);
		limiter.tryAcquire("one");
		double first = used();
		for (int i = 1; i < DECISIONS; i++) {
			limiter.tryAcquire("one");
		}
		System.out.printf(Locale.ROOT, "# memory %s %.0f bytes a key, %.0f after %d decisions%n", peer.name(), first,
				used(), DECISIONS);
		ScanIterator.scan(redis(), keys()).forEachRemaining(redis()::unlink);
		return first;
	}

	private double used() {
		double bytes = 0;
		for (String key : (Iterable<String>) () -> ScanIterator.scan(redis(), keys())) {
			Long usage = redis().memoryUsage(key);
			bytes += (usage != null) ? usage : 0;
		}
		return bytes;
	}

	private static ScanArgs keys() {
		return ScanArgs.Builder.matches("*memory*one*").limit(1000);
	}

	private RedisCommands<String, String> redis() {
		return this.connection.sync();
	}

}
