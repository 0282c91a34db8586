package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Five nodes that want much more of one key than there is, and die in the middle of it,
 * what they have leased and all.
 */
@ExtendWith(RedisExtension.class)
class HammeredKeyTests {

	private static final int NODES = 5;

	private static final Duration TIME = Duration.ofSeconds(3);

	private static final RateLimitPolicy POLICY = RateLimitPolicy.of("hammered", RateLimitAlgorithm.TOKEN_BUCKET,
			new Bandwidth(2000, Duration.ofSeconds(1), 1000));

	private final Redis redis;

	HammeredKeyTests(Redis redis) {
		this.redis = redis;
	}

	static Stream<HotKeys> admitsNoMoreThanTheLimitInAnySpanOfTime() {
		return Stream.of(new HotKeys(Duration.ZERO, Duration.ZERO), HotKeys.ofDefaults(),
				HotKeys.ofDefaults().withLease(Duration.ofMillis(50)),
				HotKeys.ofDefaults().withLease(Duration.ofMillis(400)));
	}

	@ParameterizedTest
	@MethodSource
	void admitsNoMoreThanTheLimitInAnySpanOfTime(HotKeys hotKeys) throws Exception {
		List<Admission> admitted = hammer(hotKeys);
		assertThat(admitted).hasSizeGreaterThan((int) POLICY.capacity());
		assertThatNoSpanHasMoreThanTheLimit(admitted);
	}

	@Test
	void keepsBackFromTheBurstWhatIsSpentLaterThanItWasTaken() {
		HotKeys hotKeys = HotKeys.ofDefaults().withLease(Duration.ofMillis(400));
		List<RateLimiter> nodes = IntStream.range(0, NODES).mapToObj((i) -> node(hotKeys)).toList();
		nodes.forEach((node) -> IntStream.range(0, 40).forEach((i) -> node.tryAcquire("later")));
		RateLimiter observer = node(hotKeys);
		Awaitility.await().until(() -> observer.peek("later").resetAfter().isZero());
		List<Admission> admitted = new ArrayList<>();
		for (int i = 0; i < 2 * POLICY.capacity(); i++) {
			acquire(nodes.get(i % NODES), "later", 1, admitted);
		}
		assertThat(admitted).hasSizeGreaterThan(100);
		assertThatNoSpanHasMoreThanTheLimit(admitted);
	}

	private static void acquire(RateLimiter node, String key, long cost, Collection<Admission> admitted) {
		long asked = System.nanoTime();
		if (node.tryAcquire(key, cost).allowed()) {
			admitted.add(new Admission(asked, System.nanoTime(), cost));
		}
	}

	private static void assertThatNoSpanHasMoreThanTheLimit(List<Admission> admitted) {
		admitted.sort(Comparator.comparingLong(Admission::answered));
		for (int i = 0; i < admitted.size(); i += 7) {
			long from = admitted.get(i).asked();
			long count = 0;
			for (Admission admission : admitted) {
				count += (admission.asked() >= from) ? admission.cost() : 0;
				assertThat(count).isLessThanOrEqualTo(allowed(admission.answered() - from));
			}
		}
	}

	// Exact, but for the millisecond to which the server's clock rounds.
	private static long allowed(long nanos) {
		return POLICY.capacity() + POLICY.limit() * (Math.max(0, nanos) + 1_000_000) / POLICY.period().toNanos();
	}

	private List<Admission> hammer(HotKeys hotKeys) throws Exception {
		AtomicReferenceArray<RateLimiter> nodes = new AtomicReferenceArray<>(NODES);
		IntStream.range(0, NODES).forEach((i) -> nodes.set(i, node(hotKeys)));
		Queue<Admission> admitted = new ConcurrentLinkedQueue<>();
		String key = "key" + hotKeys;
		long until = System.nanoTime() + TIME.toNanos();
		ExecutorService threads = Executors.newFixedThreadPool(2 * NODES);
		try {
			List<Future<?>> callers = IntStream.range(0, 2 * NODES).<Future<?>>mapToObj((i) -> threads.submit(() -> {
				while (System.nanoTime() - until < 0) {
					long cost = (ThreadLocalRandom.current().nextInt(10) == 0) ? 3 : 1;
					acquire(nodes.get(i % NODES), key, cost, admitted);
					if (ThreadLocalRandom.current().nextInt(5_000) == 0) {
						nodes.set(i % NODES, node(hotKeys));
					}
				}
			})).toList();
			for (Future<?> caller : callers) {
				caller.get();
			}
		}
		finally {
			threads.shutdown();
		}
		return new ArrayList<>(admitted);
	}

	private RateLimiter node(HotKeys hotKeys) {
		return new RateLimiters(this.redis.gateway(), this.redis.keys(), List.of(POLICY), (policy, key) -> policy,
				hotKeys)
			.get(POLICY.name());
	}

	/**
	 * Something was allowed at some moment between these two.
	 *
	 * @param asked when it was asked
	 * @param answered when the answer had come
	 * @param cost for which cost
	 */
	private record Admission(long asked, long answered, long cost) {

	}

}
