package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

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

	private final Set<ProductCache> filled = Collections.newSetFromMap(new IdentityHashMap<>());

	private final AtomicLong missing = new AtomicLong();

	private final Target target;

	private final CachePeers peers;

	CacheBenchmark(Target target) {
		this.target = target;
		this.peers = new CachePeers(target);
	}

	@Override
	public List<Case> cases() {
		Peer<ProductCache> ours = this.peers.ours();
		Peer<ProductCache> near = this.peers.near();
		List<Peer<ProductCache>> nearPeers = List.of(this.peers.jetCacheNear(), this.peers.redissonLocal());
		List<Peer<ProductCache>> all = List.of(this.peers.raw(), this.peers.spring(), this.peers.jetCache(),
				this.peers.redisson());
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 1, 16 }) {
			cases.add(Case.of("near-" + threads, threads, this::nearHit, near, nearPeers).withTrips(0));
		}
		for (int threads : new int[] { 1, 16, 128 }) {
			cases.add(Case.of("hit-" + threads, threads, this::hit, ours, all));
		}
		for (int threads : new int[] { 1, 16 }) {
			cases.add(Case.of("put-" + threads, threads, this::put, ours, all));
		}
		cases.add(Case.of("miss-16", 16, this::miss, ours, all).withTrips(2));
		cases.add(Case.of("get-all-100", 1, this::hundred, ours, all));
		return cases;
	}

	@Override
	public List<Ratio> more(Effort effort) throws Exception {
		return new CacheMeasures(this.target, this.peers).run();
	}

	@Override
	public void close() {
		this.peers.close();
	}

	private Case.Operation nearHit(ProductCache cache) {
		fill(cache);
		return () -> {
			int at = ThreadLocalRandom.current().nextInt(KEYS - NEAR_HITS);
			for (int i = 0; i < NEAR_HITS; i++) {
				found(cache, this.keys[at + i]);
			}
			return NEAR_HITS;
		};
	}

	private Case.Operation hit(ProductCache cache) {
		fill(cache);
		return () -> found(cache, anyKey());
	}

	private static int found(ProductCache cache, String key) throws Exception {
		if (cache.get(key) == null) {
			throw new IllegalStateException("Lost " + key);
		}
		return 1;
	}

	private Case.Operation put(ProductCache cache) {
		return () -> {
			cache.put(anyKey(), this.product);
			return 1;
		};
	}

	private Case.Operation miss(ProductCache cache) {
		return () -> {
			cache.get("missing-" + this.missing.getAndIncrement(), () -> this.product);
			return 1;
		};
	}

	private Case.Operation hundred(ProductCache cache) {
		fill(cache);
		List<String> some = Arrays.asList(this.keys).subList(0, 100);
		return () -> {
			if (cache.getAll(some) != some.size()) {
				throw new IllegalStateException("Lost some of " + some);
			}
			return 1;
		};
	}

	private void fill(ProductCache cache) {
		if (!this.filled.add(cache)) {
			return;
		}
		try {
			for (String key : this.keys) {
				cache.put(key, this.product);
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
