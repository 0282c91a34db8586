package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CoalescingTests {

	private static final RateLimitPolicy POLICY = RateLimitPolicy.tokenBucket("ten", 10, Duration.ofSeconds(1));

	private final List<Sent> sent = new ArrayList<>();

	private final Coalescing coalescing = new Coalescing((key, cost) -> null, (key, costs) -> {
		this.sent.add(new Sent(key, costs, new CompletableFuture<>()));
		return this.sent.get(this.sent.size() - 1).answer;
	});

	@Test
	void sendsALoneRequestAtOnce() {
		CompletableFuture<Decision> request = this.coalescing.join("a", 3);
		assertThat(this.sent.get(0).costs).containsExactly(3);
		this.sent.get(0).succeed();
		assertThat(request).isCompletedWithValueMatching((decision) -> decision.remaining() == 3);
		assertThat(this.coalescing.inFlight()).isZero();
	}

	@Test
	void sendsTogetherAndInOrderWhatCameMeanwhile() {
		this.coalescing.join("a", 1);
		List<CompletableFuture<Decision>> waiting = LongStream.of(5, 2, 2, 7)
			.mapToObj((cost) -> this.coalescing.join("a", cost))
			.toList();
		assertThat(this.sent).hasSize(1);
		this.sent.get(0).succeed();
		assertThat(this.sent.get(1).costs).containsExactly(5, 2, 2, 7);
		this.sent.get(1).succeed();
		assertThat(waiting).map((request) -> request.join().remaining()).containsExactly(5L, 2L, 2L, 7L);
		assertThat(this.coalescing.inFlight()).isZero();
	}

	@Test
	void letsOtherKeysGoTheirWay() {
		this.coalescing.join("a", 1);
		this.coalescing.join("b", 1);
		assertThat(this.sent).extracting(Sent::key).containsExactly("a", "b");
	}

	@Test
	void sendsNoMoreAtOnceThanAScriptCanTake() {
		this.coalescing.join("a", 1);
		IntStream.range(0, Coalescing.MOST + 1).forEach((i) -> this.coalescing.join("a", 1));
		IntStream.range(0, 3).forEach((i) -> this.sent.get(i).succeed());
		assertThat(this.sent).extracting((call) -> call.costs.length).containsExactly(1, Coalescing.MOST, 1);
		assertThat(this.coalescing.inFlight()).isZero();
	}

	@Test
	void failsWithTheCallWhatWaitsBehindIt() {
		List<CompletableFuture<Decision>> requests = IntStream.range(0, 3)
			.mapToObj((i) -> this.coalescing.join("a", 1))
			.toList();
		this.sent.get(0).answer.completeExceptionally(new IllegalStateException("gone"));
		assertThat(requests).allMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(this.sent).hasSize(1);
		this.coalescing.join("a", 1);
		assertThat(this.sent).hasSize(2);
	}

	@Test
	void dropsWhoGaveUpWaiting() {
		this.coalescing.join("a", 1);
		this.coalescing.join("a", 2).cancel(false);
		this.coalescing.join("a", 3);
		this.sent.get(0).succeed();
		assertThat(this.sent.get(1).costs).containsExactly(3);
	}

	@Test
	void endsWhenTheCallCannotBeMade() {
		Coalescing broken = new Coalescing((key, cost) -> null, (key, costs) -> {
			throw new IllegalArgumentException("no such key");
		});
		assertThat(broken.join("a", 1)).isCompletedExceptionally();
		assertThat(broken.inFlight()).isZero();
	}

	@Test
	void asksNobodyForWhatTheLastCallBroughtHome() {
		AtomicInteger atHome = new AtomicInteger();
		Coalescing leasing = new Coalescing((key, cost) -> (atHome.getAndDecrement() > 0) ? decision(cost) : null,
				(key, costs) -> {
					this.sent.add(new Sent(key, costs, new CompletableFuture<>()));
					return this.sent.get(this.sent.size() - 1).answer;
				});
		IntStream.range(0, 4).forEach((i) -> leasing.join("a", 1));
		atHome.set(2);
		this.sent.get(0).succeed();
		assertThat(this.sent.get(1).costs).containsExactly(1);
	}

	@Test
	void answersEverybodyAndNeverHasTwoCallsForAKey() throws Exception {
		ConcurrentHashMap<String, Boolean> onTheirWay = new ConcurrentHashMap<>();
		AtomicInteger overtaken = new AtomicInteger();
		AtomicLong decided = new AtomicLong();
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			Coalescing busy = new Coalescing((key, cost) -> null, (key, costs) -> {
				if (onTheirWay.put(key, true) != null) {
					overtaken.incrementAndGet();
				}
				return CompletableFuture.supplyAsync(() -> {
					decided.addAndGet(costs.length);
					onTheirWay.remove(key);
					return LongStream.of(costs).mapToObj(CoalescingTests::decision).toList();
				});
			});
			List<Future<?>> callers = IntStream.range(0, 8).<Future<?>>mapToObj((i) -> threads.submit(() -> {
				for (int request = 0; request < 5_000; request++) {
					assertThat(busy.join("key" + request % 2, request).join().remaining()).isEqualTo(request);
				}
			})).toList();
			for (Future<?> caller : callers) {
				caller.get();
			}
			assertThat(decided).hasValue(8 * 5_000);
			assertThat(overtaken).hasValue(0);
			assertThat(busy.inFlight()).isZero();
		}
		finally {
			threads.shutdown();
		}
	}

	// So that an answer tells to which request it belongs.
	private static Decision decision(long cost) {
		return new Decision(true, POLICY, cost, Duration.ZERO, Duration.ZERO, Decision.Source.REDIS);
	}

	private record Sent(String key, long[] costs, CompletableFuture<List<Decision>> answer) {

		void succeed() {
			this.answer.complete(LongStream.of(this.costs).mapToObj(CoalescingTests::decision).toList());
		}

	}

}
