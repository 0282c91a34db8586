package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RMap;
import org.springframework.cache.Cache;

import io.github.redispatterns.cache.NearSettings;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.devservices.TcpProxy;

/**
 * What is done once and takes its time: a hundred keys over a slow network, clearing a
 * cache among many other keys, invalidating a tag, a cold key that a crowd wants, and
 * until the other nodes know.
 */
final class CacheMeasures {

	private static final int TIMES = 9;

	/** So many calls until the JVM has compiled most of what they need. */
	private static final int WARM_UP = 1_000;

	private static final int ENTRIES = 10_000;

	private static final int UPDATES = 10_000;

	private static final int TAGGED = 1_000_000;

	private static final int OTHERS = 490_000;

	private static final int CALLERS = 200;

	private static final Duration LOAD = Duration.ofMillis(100);

	private static final Duration GRACE = Duration.ofMillis(1_500);

	private static final String POPULATE = "for i = 1, tonumber(ARGV[1]) do"
			+ " redis.call('SET', 'other:' .. i, 'x', 'EX', 3600) end";

	private final Target target;

	private final CachePeers peers;

	CacheMeasures(Target target, CachePeers peers) {
		this.target = target;
		this.peers = peers;
	}

	List<Ratio> run() throws Exception {
		List<Ratio> ratios = new ArrayList<>();
		ratios.add(slowNetwork());
		ratios.add(updateSeen());
		ratios.addAll(stampede());
		ratios.addAll(clear());
		tag();
		return ratios;
	}

	private Ratio slowNetwork() throws Exception {
		List<String> keys = IntStream.range(0, 100).mapToObj((i) -> "product-" + i).toList();
		try (TcpProxy network = TcpProxy.to(this.target.host(), this.target.port());
				CachePeers far = new CachePeers(new Target(network.host(), network.port()))) {
			ProductCache cache = far.ours().get();
			for (int i = 0; i < WARM_UP; i++) {
				cache.getAll(keys);
				cache.get(keys.get(0));
			}
			network.delayToServer(Duration.ofMillis(1));
			double together = median(() -> cache.getAll(keys));
			double alone = median(() -> {
				for (String key : keys) {
					cache.get(key);
				}
			});
			say("get-all-100-1ms %.2f ms together, %.2f ms one by one", together / 1e6, alone / 1e6);
			return new Ratio("get-all-100-1ms", "one-by-one", alone / together);
		}
	}

	// Each key once: for a while after it has changed, near caches do not keep it.
	// What follows changes ends here, so that it does not count as a part of a stampede.
	private Ratio updateSeen() throws Exception {
		NearSettings near = new NearSettings(Duration.ofMinutes(10), 1 << 24);
		try (CachePeers nodes = new CachePeers(this.target)) {
			TypedCache here = nodes.cache("seen", near, Product.class);
			TypedCache there = nodes.cache("seen", near, Product.class);
			double ours = seen((key) -> here.get(key, Product.class), there::put);
			RMap<String, Product> map = nodes.redissonLocalMap("seen");
			RMap<String, Product> other = nodes.redissonLocalMap("seen");
			double redisson = seen(map::get, other::fastPut);
			say("update-seen %.0f us after the call of put, redisson-local %.0f us", ours / 1e3, redisson / 1e3);
			return new Ratio("update-seen", "redisson-local", redisson / ours);
		}
	}

	private static double seen(Function<String, @Nullable Product> here, BiConsumer<String, Product> there)
			throws Exception {
		List<String> keys = IntStream.range(0, UPDATES).mapToObj((i) -> "seen-" + i).toList();
		keys.forEach((key) -> there.accept(key, Product.of(1)));
		Thread.sleep(GRACE.toMillis());
		keys.forEach((key) -> Objects.requireNonNull(here.apply(key)));
		Thread.sleep(GRACE.toMillis());
		keys.forEach((key) -> Objects.requireNonNull(here.apply(key)));
		ExecutorService watcher = Executors.newSingleThreadExecutor();
		List<Long> times = new ArrayList<>();
		for (String key : keys) {
			Future<Long> lastOld = watcher.submit(() -> whenLastOld(key, here));
			long start = System.nanoTime();
			there.accept(key, Product.of(2));
			times.add(lastOld.get() - start);
		}
		watcher.shutdown();
		return median(times.subList(times.size() / 2, times.size()));
	}

	// When the look began that found the new value, which may have had to fetch it. It
	// makes way for those who bring the news.
	private static long whenLastOld(String key, Function<String, @Nullable Product> here) {
		while (true) {
			long looked = System.nanoTime();
			Product product = here.apply(key);
			if (product != null && product.id() == 2) {
				return looked;
			}
			Thread.yield();
		}
	}

	private List<Ratio> stampede() throws Exception {
		Crowd ours = crowd(Case.OURS, this.peers::ours);
		Crowd spring = crowd("spring", this.peers::spring);
		Crowd redisson = crowd("redisson", this.peers::redisson);
		return List.of(new Ratio("stampede.commands", "spring", spring.commands() / ours.commands()),
				new Ratio("stampede.commands", "redisson", redisson.commands() / ours.commands()),
				new Ratio("stampede.loads", "spring", spring.loads() / ours.loads()));
	}

	private Crowd crowd(String name, Supplier<Peer<ProductCache>> node) throws Exception {
		List<ProductCache> nodes = Stream.generate(() -> node.get().get()).limit(3).toList();
		// Each of the nodes waits for another at least once.
		for (int i = 0; i < TIMES; i++) {
			crowd(nodes, "warm-up-" + i);
		}
		double[] loads = new double[1];
		try (Monitor monitor = new Monitor(this.target)) {
			long start = System.nanoTime();
			Monitor.Commands commands = monitor.during(() -> loads[0] = crowd(nodes, "cold"));
			say("stampede %s %.0f loads, %.0f commands, %.0f with those inside scripts, %.0f ms", name, loads[0],
					commands.sent(), commands.all(), (System.nanoTime() - start) / 1e6);
			return new Crowd(loads[0], commands.sent());
		}
	}

	private static double crowd(List<ProductCache> nodes, String key) throws Exception {
		AtomicInteger loads = new AtomicInteger();
		AtomicInteger next = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		CyclicBarrier together = new CyclicBarrier(CALLERS);
		Callable<Product> caller = () -> {
			together.await();
			return nodes.get(next.getAndIncrement() % nodes.size()).get(key, () -> {
				loads.incrementAndGet();
				Thread.sleep(LOAD.toMillis());
				return Product.of(1);
			});
		};
		for (Future<Product> product : threads.invokeAll(Collections.nCopies(CALLERS, caller))) {
			product.get();
		}
		threads.shutdown();
		return loads.get();
	}

	private List<Ratio> clear() throws Exception {
		populate();
		Cleared ours = cleared(Case.OURS, this.peers.cache("cleared", null, Product.class));
		Cleared spring = cleared("spring", this.peers.springCache("cleared-spring"));
		return List.of(new Ratio("clear-10000", "spring", spring.nanos() / ours.nanos()),
				new Ratio("clear-10000.others-wait", "spring", spring.othersNanos() / ours.othersNanos()));
	}

	private void populate() {
		RedisClient client = RedisClient.create(this.target.url());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			connection.sync().eval(POPULATE, ScriptOutputType.STATUS, new String[0], String.valueOf(OTHERS));
		}
		client.shutdown();
	}

	private Cleared cleared(String name, Cache cache) throws Exception {
		List<Long> times = new ArrayList<>();
		List<Long> waits = new ArrayList<>();
		for (int i = 0; i < TIMES; i++) {
			IntStream.range(0, ENTRIES).forEach((key) -> cache.put("entry-" + key, Product.of(key)));
			try (Other other = new Other(this.target)) {
				long start = System.nanoTime();
				cache.clear();
				times.add(System.nanoTime() - start);
				waits.add(other.longestNanos());
			}
		}
		// The first ones ran while the JVM was compiling.
		Cleared cleared = new Cleared(median(times.subList(TIMES / 2, TIMES)), median(waits.subList(TIMES / 2, TIMES)));
		say("clear-10000 %s %.2f ms, another client waits up to %.2f ms", name, cleared.nanos() / 1e6,
				cleared.othersNanos() / 1e6);
		return cleared;
	}

	private void tag() throws Exception {
		TypedCache cache = this.peers.cache("tagged", null, Integer.class).tagged((number) -> Set.of("all"));
		for (int i = 0; i < TAGGED; i += 1_000) {
			int from = i;
			cache.putAll(
					IntStream.range(from, from + 1_000).boxed().collect(Collectors.toMap((key) -> key, (key) -> key)));
		}
		Objects.requireNonNull(cache.get(TAGGED - 1));
		long start = System.nanoTime();
		cache.evictTags(Set.of("all"));
		double first = System.nanoTime() - start;
		say("tag-%d invalidated in %.2f ms the first time, %.2f ms in the median", TAGGED, first / 1e6,
				median(() -> cache.evictTags(Set.of("all"))) / 1e6);
	}

	// Of the latter half, when the JVM has compiled it.
	private static double median(Work work) throws Exception {
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < 2 * TIMES; i++) {
			long start = System.nanoTime();
			work.run();
			times.add(System.nanoTime() - start);
		}
		return median(times.subList(TIMES, times.size()));
	}

	private static double median(List<Long> values) {
		return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
	}

	private static void say(String format, Object... values) {
		System.out.printf(Locale.ROOT, "# " + format + "%n", values);
	}

	/** What is measured. */
	@FunctionalInterface
	private interface Work {

		void run() throws Exception;

	}

	/**
	 * What a crowd cost.
	 *
	 * @param loads how often its value was loaded
	 * @param commands how many commands were sent
	 */
	private record Crowd(double loads, double commands) {
	}

	/**
	 * What clearing took.
	 *
	 * @param nanos until it returned
	 * @param othersNanos the longest that another client waited meanwhile
	 */
	private record Cleared(double nanos, double othersNanos) {
	}

	/** A client that asks Redis all the time. */
	private static final class Other implements AutoCloseable {

		private final RedisClient client;

		private final Thread thread;

		private volatile long longest;

		private volatile boolean ended;

		Other(Target target) {
			this.client = RedisClient.create(target.url());
			StatefulRedisConnection<String, String> connection = this.client.connect();
			IntStream.range(0, 100).forEach((i) -> connection.sync().ping());
			this.thread = new Thread(() -> {
				while (!this.ended) {
					long start = System.nanoTime();
					connection.sync().ping();
					this.longest = Math.max(this.longest, System.nanoTime() - start);
				}
			});
			this.thread.start();
		}

		long longestNanos() throws InterruptedException {
			this.ended = true;
			this.thread.join();
			return this.longest;
		}

		@Override
		public void close() {
			this.ended = true;
			this.client.shutdown();
		}

	}

}
