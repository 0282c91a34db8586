package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.redisson.api.RedissonClient;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

import io.github.redispatterns.benchmarks.LockPeers.Node;

/**
 * Locks that nobody else wants, each thread its own; and one lock that the threads of
 * four nodes want at once.
 */
final class LockBenchmark implements PatternBenchmark {

	private static final int WAITERS = 32;

	private final LockPeers locks;

	private final Peer<List<Node>> ours;

	private final List<Peer<List<Node>>> waiting;

	private final List<Peer<List<Node>>> all;

	LockBenchmark(Target target) {
		this.locks = new LockPeers(target);
		this.ours = this.locks.ours();
		this.waiting = List.of(this.locks.redisson("redisson-lock", RedissonClient::getLock),
				this.locks.redisson("redisson-fenced", RedissonClient::getFencedLock),
				this.locks.redisson("redisson-fair", RedissonClient::getFairLock),
				this.locks.springIntegration("spring-integration", RedisLockType.PUB_SUB_LOCK),
				this.locks.springIntegration("spring-integration-spin", RedisLockType.SPIN_LOCK), this.locks.lock4j());
		this.all = new ArrayList<>(List.of(this.locks.raw(), this.locks.shedLock()));
		this.all.addAll(this.waiting);
	}

	@Override
	public List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (int threads : new int[] { 1, 16, 128 }) {
			cases.add(Case.of("free-" + threads, threads, LockBenchmark::free, this.ours, this.all).withTrips(2));
		}
		for (int threads : new int[] { 8, WAITERS }) {
			cases.add(
					Case.of("wanted-" + threads, threads, LockBenchmark::wanted, this.ours, this.waiting).withTrips(2));
		}
		return cases;
	}

	@Override
	public List<Ratio> more(Effort effort) throws Exception {
		return LockContention.measure("held-1ms-" + WAITERS, WAITERS, effort, this.ours, this.waiting);
	}

	@Override
	public void close() {
		this.locks.close();
	}

	private static Case.Operation free(List<Node> nodes) {
		AtomicInteger threads = new AtomicInteger();
		ThreadLocal<String> own = ThreadLocal.withInitial(() -> "free-" + threads.getAndIncrement());
		return () -> cycle(nodes.get(0), own.get());
	}

	private static Case.Operation wanted(List<Node> nodes) {
		AtomicInteger threads = new AtomicInteger();
		ThreadLocal<Node> own = ThreadLocal.withInitial(() -> nodes.get(threads.getAndIncrement() % nodes.size()));
		return () -> cycle(own.get(), "wanted");
	}

	private static int cycle(Node node, String lock) throws Exception {
		node.acquire(lock).close();
		return 1;
	}

}
