package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.redispatterns.benchmarks.RatePeer.Limiter;
import io.github.redispatterns.benchmarks.RatePeers.Rate;
import io.github.redispatterns.devservices.RedisServer;

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

	private final RatePeer ours;

	private final RatePeer leasing;

	private final RatePeer raw;

	private final RatePeer bucket4j;

	private final RatePeer batching;

	private final RatePeer redisson;

	private final RatePeer gateway;

	private final RateMemory memory;

	RateLimitBenchmark(RedisServer server) {
		this.peers = new RatePeers(server);
		this.ours = this.peers.ours();
		this.leasing = this.peers.leasing();
		this.raw = this.peers.raw();
		this.bucket4j = this.peers.bucket4j();
		this.batching = this.peers.bucket4jBatching();
		this.redisson = this.peers.redisson();
		this.gateway = this.peers.springCloudGateway();
		this.memory = new RateMemory(server);
	}

	@Override
	public List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 16, 128 }) {
			cases.add(aCase("keys-" + threads, threads, this::anyKey, this.raw, this.bucket4j, this.redisson,
					this.gateway));
		}
		for (int threads : new int[] { 16, 128 }) {
			cases.add(aCase("hot-" + threads, threads, RateLimitBenchmark::hotKey, this.bucket4j, this.batching));
		}
		if (Runtime.version().feature() >= 21) {
			cases.add(aCase("hot-1000-virtual", 1000, RateLimitBenchmark::hotKey, this.bucket4j, this.batching)
				.onVirtualThreads());
		}
		cases.add(aCase("leased-hot-16", 16, RateLimitBenchmark::hotKey, this.leasing, List.of(this.batching))
			.beside("unleased", hotKey(this.ours)));
		cases.add(aCase("leased-keys-16", 16, this::anyKey, this.leasing, List.of(this.bucket4j)).beside("unleased",
				anyKey(this.ours)));
		cases.add(aCase("5-rules-16", 16, this::anyKey, this.peers.together(5), List.of(this.peers.together(1))));
		cases.add(aCase("denied-16", 16, RateLimitBenchmark::deniedKey, this.bucket4j, this.batching, this.redisson,
				this.gateway));
		return cases;
	}

	@Override
	public List<Ratio> more(Effort effort) {
		return this.memory.compare(this.ours, List.of(this.bucket4j, this.redisson, this.gateway));
	}

	@Override
	public void close() {
		this.memory.close();
		this.peers.close();
	}

	private static Case aCase(String name, int threads, Function<RatePeer, Case.Operation> work, RatePeer ours,
			List<RatePeer> peers) {
		Case aCase = Case.of(name, threads, work.apply(ours));
		for (RatePeer peer : peers) {
			aCase = aCase.beside(peer.name(), work.apply(peer));
		}
		return aCase;
	}

	private Case aCase(String name, int threads, Function<RatePeer, Case.Operation> work, RatePeer... peers) {
		return aCase(name, threads, work, this.ours, Stream.of(peers).toList());
	}

	private Case.Operation anyKey(RatePeer peer) {
		Limiter limiter = peer.limiter(PLENTY);
		return () -> allowed(limiter, this.keys[ThreadLocalRandom.current().nextInt(KEYS)]);
	}

	private static Case.Operation hotKey(RatePeer peer) {
		Limiter limiter = peer.limiter(PLENTY);
		return () -> allowed(limiter, "hot");
	}

	private static Case.Operation deniedKey(RatePeer peer) {
		Limiter limiter = peer.limiter(NOTHING);
		limiter.tryAcquire("denied");
		return () -> {
			if (limiter.tryAcquire("denied")) {
				throw new IllegalStateException(peer.name() + " allows what is over the limit");
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
