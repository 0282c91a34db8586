package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.sync.RedisCommands;

import io.github.redispatterns.benchmarks.RatePeers.Limiter;
import io.github.redispatterns.benchmarks.RatePeers.Limiters;
import io.github.redispatterns.benchmarks.RatePeers.Rate;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

/**
 * How much memory one limited key takes in Redis, by {@code MEMORY USAGE}, each on a
 * server of its own: a script's values may take more where other scripts have run.
 */
final class RateMemory {

	private static final int DECISIONS = 10_000;

	private static final Rate RATE = new Rate("memory", 20_000, Duration.ofDays(1));

	private RateMemory() {
	}

	static List<Ratio> compare() {
		Used ours = used(RatePeers::ours);
		return Stream
			.<Function<RatePeers, Peer<Limiters>>>of(RatePeers::bucket4j, RatePeers::redisson,
					RatePeers::springCloudGateway)
			.map(RateMemory::used)
			.map((theirs) -> new Ratio("memory", theirs.peer(), theirs.bytes() / ours.bytes()))
			.toList();
	}

	private static Used used(Function<RatePeers, Peer<Limiters>> made) {
		try (RedisServer server = DevRedis.start();
				RatePeers peers = new RatePeers(new Target(server.host(), server.port()));
				RedisClient client = RedisClient.create(server.url())) {
			RedisCommands<String, String> redis = client.connect().sync();
			Peer<Limiters> peer = made.apply(peers);
			Limiter limiter = peer.get().of(RATE);
			limiter.tryAcquire("one");
			double first = bytes(redis);
			for (int i = 1; i < DECISIONS; i++) {
				limiter.tryAcquire("one");
			}
			System.out.printf(Locale.ROOT, "# memory %s %.0f bytes a key, %.0f after %d decisions%n", peer.name(),
					first, bytes(redis), DECISIONS);
			return new Used(peer.name(), first);
		}
	}

	private static double bytes(RedisCommands<String, String> redis) {
		double bytes = 0;
		for (String key : (Iterable<String>) () -> ScanIterator.scan(redis)) {
			Long usage = redis.memoryUsage(key);
			bytes += (usage != null) ? usage : 0;
		}
		return bytes;
	}

	/**
	 * What a peer took.
	 *
	 * @param peer its name
	 * @param bytes of one key after its first decision
	 */
	private record Used(String peer, double bytes) {
	}

}
