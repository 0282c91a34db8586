package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import io.github.redispatterns.benchmarks.RatePeers.Limiter;
import io.github.redispatterns.benchmarks.RatePeers.Limiters;
import io.github.redispatterns.benchmarks.RatePeers.Rate;

/**
 * One decision: over many keys, on one key that everybody wants, and on one key that is
 * over its limit.
 */
final class RateLimitBenchmark implements PatternBenchmark {

	private static final int KEYS = 10_000;

	/** So much that nobody is denied, and so long that some of it can be leased. */
	private static final Rate PLENTY = new Rate("plenty", 200_000_000, Duration.ofSeconds(10));

	/** So little that everybody is, but the first. */
	private static final Rate NOTHING = new Rate("nothing", 1, Duration.ofHours(1));

	private final String[] keys = IntStream.range(0, KEYS).mapToObj((i) -> "user:" + i).toArray(String[]::new);

	private final RatePeers peers;

	private final Peer<Limiters> ours;

	private final Peer<Limiters> leasing;

	private final Peer<Limiters> unleased;

	private final Peer<Limiters> raw;

	private final Peer<Limiters> bucket4j;

	private final Peer<Limiters> batching;

	private final Peer<Limiters> redisson;

	private final Peer<Limiters> gateway;

	RateLimitBenchmark(Target target) {
		this.peers = new RatePeers(target);
		this.ours = this.peers.ours();
		this.leasing = this.peers.leasing();
		this.unleased = this.peers.unleased();
		this.raw = this.peers.raw();
		this.bucket4j = this.peers.bucket4j();
		this.batching = this.peers.bucket4jBatching();
		this.redisson = this.peers.redisson();
		this.gateway = this.peers.springCloudGateway();
	}

	@Override
	public List<Case> cases() {
		List<Peer<Limiters>> all = List.of(this.raw, this.bucket4j, this.redisson, this.gateway);
		List<Peer<Limiters>> fastest = List.of(this.bucket4j, this.batching);
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 16, 128 }) {
			cases.add(Case.of("keys-" + threads, threads, this::anyKey, this.ours, all));
		}
		for (int threads : new int[] { 16, 128 }) {
			cases.add(Case.of("hot-" + threads, threads, RateLimitBenchmark::hotKey, this.ours, fastest));
		}
		if (Runtime.version().feature() >= 21) {
			cases.add(Case.of("hot-1000-virtual", 1000, RateLimitBenchmark::hotKey, this.ours, fastest)
				.onVirtualThreads());
		}
		cases.add(Case.of("leased-hot-16", 16, RateLimitBenchmark::hotKey, this.leasing,
				List.of(this.batching, this.unleased)));
		cases.add(Case.of("leased-keys-16", 16, this::anyKey, this.leasing, List.of(this.bucket4j, this.unleased)));
		cases.add(Case.of("5-rules-16", 16, this::anyKey, this.peers.together(5), List.of(this.peers.together(1))));
		cases.add(Case.of("denied-16", 16, RateLimitBenchmark::deniedKey, this.ours,
				List.of(this.bucket4j, this.batching, this.redisson, this.gateway)));
		return cases;
	}

	@Override
	public List<Ratio> more(Effort effort) {
		return RateMemory.compare();
	}

	@Override
	public void close() {
		this.peers.close();
	}

	private Case.Operation anyKey(Limiters limiters) {
		Limiter limiter = limiters.of(PLENTY);
		return () -> allowed(limiter, this.keys[ThreadLocalRandom.current().nextInt(KEYS)]);
	}

	private static Case.Operation hotKey(Limiters limiters) {
		Limiter limiter = limiters.of(PLENTY);
		return () -> allowed(limiter, "hot");
	}

	private static Case.Operation deniedKey(Limiters limiters) {
		Limiter limiter = limiters.of(NOTHING);
		limiter.tryAcquire("denied");
		return () -> {
			if (limiter.tryAcquire("denied")) {
				throw new IllegalStateException("Allowed what is over the limit");
			}
			return 1;
		};
	}

	private static int allowed(Limiter limiter, String key) {
		if (!limiter.tryAcquire(key)) {
			throw new IllegalStateException("Denied what is within the limit: " + key);
		}
		return 1;
	}

}
