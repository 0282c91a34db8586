package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.redispatterns.devservices.RedisServer;

/**
 * Hits near and far, puts, misses and a hundred keys at once, of products of about 1 KB;
 * and what takes its time: see {@link CacheMeasures}.
 */
final class CacheBenchmark implements PatternBenchmark {

	private static final int KEYS = 5_000;

	/** So many near hits are one call, whose clock would be what is measured. */
	private static final int NEAR_HITS = 100;

	private final String[] keys = IntStream.range(0, KEYS).mapToObj((i) -> "product-" + i).toArray(String[]::new);

	private final Product product = Product.of(4711);

	private final AtomicLong missing = new AtomicLong();

	private final RedisServer server;

	private final CachePeers peers;

	CacheBenchmark(RedisServer server) {
		this.server = server;
		this.peers = new CachePeers(server.host(), server.port());
	}

	@Override
	public List<Case> cases() {
		CachePeer ours = this.peers.ours();
		CachePeer near = this.peers.near();
		CachePeer raw = this.peers.raw();
		CachePeer spring = this.peers.spring();
		CachePeer jetCache = this.peers.jetCache();
		CachePeer redisson = this.peers.redisson();
		List<CachePeer> nearPeers = List.of(this.peers.jetCacheNear(), this.peers.redissonLocal());
		List<CachePeer> all = List.of(raw, spring, jetCache, redisson);
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 1, 16 }) {
			cases.add(aCase("near-" + threads, threads, this::nearHit, near, nearPeers).withTrips(0));
		}
		for (int threads : new int[] { 1, 16, 128 }) {
			cases.add(aCase("hit-" + threads, threads, this::hit, ours, all));
		}
		for (int threads : new int[] { 1, 16 }) {
			cases.add(aCase("put-" + threads, threads, this::put, ours, all));
		}
		cases.add(aCase("miss-16", 16, this::miss, ours, all).withTrips(2));
		cases.add(aCase("get-all-100", 1, this::hundred, ours, all));
		return cases;
	}

	@Override
	public List<Ratio> more(Effort effort) throws Exception {
		return new CacheMeasures(this.server, this.peers).run();
	}

	@Override
	public void close() {
		this.peers.close();
	}

	private static Case aCase(String name, int threads, Function<CachePeer, Case.Operation> work, CachePeer ours,
			List<CachePeer> peers) {
		Case aCase = Case.of(name, threads, work.apply(ours));
		for (CachePeer peer : peers) {
			aCase = aCase.beside(peer.name(), work.apply(peer));
		}
		return aCase;
	}

	private Case.Operation nearHit(CachePeer peer) {
		fill(peer);
		return () -> {
			int at = ThreadLocalRandom.current().nextInt(KEYS - NEAR_HITS);
			for (int i = 0; i < NEAR_HITS; i++) {
				found(peer, this.keys[at + i]);
			}
			return NEAR_HITS;
		};
	}

	private Case.Operation hit(CachePeer peer) {
		fill(peer);
		return () -> found(peer, anyKey());
	}

	private static int found(CachePeer peer, String key) throws Exception {
		if (peer.get(key) == null) {
			throw new IllegalStateException(peer.name() + " has lost " + key);
		}
		return 1;
	}

	private Case.Operation put(CachePeer peer) {
		return () -> {
			peer.put(anyKey(), this.product);
			return 1;
		};
	}

	private Case.Operation miss(CachePeer peer) {
		return () -> {
			peer.get("missing-" + this.missing.getAndIncrement(), () -> this.product);
			return 1;
		};
	}

	private Case.Operation hundred(CachePeer peer) {
		fill(peer);
		List<String> some = Arrays.asList(this.keys).subList(0, 100);
		return () -> {
			if (peer.getAll(some) != some.size()) {
				throw new IllegalStateException(peer.name() + " has lost some of " + some);
			}
			return 1;
		};
	}

	private void fill(CachePeer peer) {
		try {
			for (String key : this.keys) {
				peer.put(key, this.product);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String anyKey() {
		return this.keys[ThreadLocalRandom.current().nextInt(KEYS)];
	}

}
