package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.redisson.api.RedissonClient;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

import io.github.redispatterns.devservices.RedisServer;

/**
 * Locks that nobody else wants, each thread its own; and one lock that the threads of
 * four nodes want at once.
 */
final class LockBenchmark implements PatternBenchmark {

	private static final int WAITERS = 32;

	private final LockPeers locks;

	private final LockPeer ours;

	private final List<LockPeer> waiting;

	private final List<LockPeer> all;

	LockBenchmark(RedisServer server) {
		this.locks = new LockPeers(server);
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
			cases.add(aCase("free-" + threads, threads, LockBenchmark::free, this.all));
		}
		for (int threads : new int[] { 8, WAITERS }) {
			cases.add(aCase("wanted-" + threads, threads, LockBenchmark::wanted, this.waiting));
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

	private Case aCase(String name, int threads, Work work, List<LockPeer> peers) {
		Case ours = Case.of(name, threads, work.with(this.ours)).withTrips(2);
		for (LockPeer peer : peers) {
			ours = ours.beside(peer.name(), work.with(peer));
		}
		return ours;
	}

	private static Case.Operation free(LockPeer peer) {
		AtomicInteger threads = new AtomicInteger();
		ThreadLocal<String> own = ThreadLocal.withInitial(() -> "free-" + threads.getAndIncrement());
		return () -> cycle(peer.nodes().get(0), own.get());
	}

	private static Case.Operation wanted(LockPeer peer) {
		AtomicInteger threads = new AtomicInteger();
		ThreadLocal<LockPeer.Node> own = ThreadLocal
			.withInitial(() -> peer.nodes().get(threads.getAndIncrement() % LockPeers.NODES));
		return () -> cycle(own.get(), "wanted");
	}

	private static int cycle(LockPeer.Node node, String lock) throws Exception {
		node.acquire(lock).close();
		return 1;
	}

	/** What is done with a lock. */
	@FunctionalInterface
	private interface Work {

		Case.Operation with(LockPeer peer);

	}

}
