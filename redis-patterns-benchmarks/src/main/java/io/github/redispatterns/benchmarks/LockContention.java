package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.redispatterns.benchmarks.LockPeers.Node;

/**
 * How long threads of several nodes wait for one lock that each holds for a millisecond,
 * how evenly they get it, and how much of the time it is held.
 */
final class LockContention {

	private static final Duration HOLD = Duration.ofMillis(1);

	private LockContention() {
	}

	static List<Ratio> measure(String name, int threads, Effort effort, Peer<List<Node>> ours,
			List<Peer<List<Node>>> peers) throws Exception {
		run(ours, threads, effort.turn());
		Result own = run(ours, threads, total(effort)).print(name, ours);
		List<Ratio> ratios = new ArrayList<>();
		for (Peer<List<Node>> peer : peers) {
			run(peer, threads, effort.turn());
			Result theirs = run(peer, threads, total(effort)).print(name, peer);
			ratios.add(new Ratio(name + ".p99-wait", peer.name(), theirs.p99Millis() / own.p99Millis()));
			ratios.add(new Ratio(name + ".evenness", peer.name(), theirs.spread() / own.spread()));
			ratios.add(new Ratio(name + ".utilisation", peer.name(), own.utilisation() / theirs.utilisation()));
		}
		return ratios;
	}

	private static Duration total(Effort effort) {
		return effort.turn().multipliedBy(effort.rounds());
	}

	private static Result run(Peer<List<Node>> peer, int threads, Duration time) throws Exception {
		List<Node> nodes = peer.get();
		long start = System.nanoTime();
		long until = start + time.toNanos();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<long[]>> waits = IntStream.range(0, threads)
				.mapToObj((i) -> executor.submit(() -> waits(nodes.get(i % nodes.size()), until)))
				.toList();
			List<long[]> all = new ArrayList<>();
			for (Future<long[]> thread : waits) {
				all.add(thread.get());
			}
			return Result.of(all, System.nanoTime() - start);
		}
		finally {
			executor.shutdown();
		}
	}

	private static long[] waits(Node node, long until) throws Exception {
		List<Long> waits = new ArrayList<>();
		while (System.nanoTime() - until < 0) {
			long asked = System.nanoTime();
			try (LockPeers.Held held = node.acquire("held")) {
				waits.add(System.nanoTime() - asked);
				Thread.sleep(HOLD.toMillis());
			}
		}
		return waits.stream().mapToLong(Long::longValue).toArray();
	}

	/**
	 * What came out.
	 *
	 * @param p99Millis what one of a hundred acquisitions waited at least
	 * @param spread most acquisitions of a thread over fewest
	 * @param utilisation part of the time in which the lock was held
	 */
	private record Result(double p99Millis, double spread, double utilisation) {

		static Result of(List<long[]> waits, long elapsed) {
			long[] all = waits.stream().flatMapToLong(Arrays::stream).sorted().toArray();
			long most = counts(waits).max(Long::compare).orElse(0L);
			long fewest = Math.max(1, counts(waits).min(Long::compare).orElse(0L));
			return new Result(all[(int) (all.length * 0.99)] / 1e6, (double) most / fewest,
					(double) all.length * HOLD.toNanos() / elapsed);
		}

		private static Stream<Long> counts(List<long[]> waits) {
			return waits.stream().map((thread) -> (long) thread.length);
		}

		Result print(String name, Peer<?> peer) {
			System.out.printf(Locale.ROOT, "# %s %s p99 %.1f ms, most over fewest %.2f, held %.0f %% of the time%n",
					name, peer.name(), this.p99Millis, this.spread, 100 * this.utilisation);
			return this;
		}

	}

}
