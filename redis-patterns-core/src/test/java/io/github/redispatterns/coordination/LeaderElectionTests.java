package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.lock.LockHolder;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RedisExtension.class)
class LeaderElectionTests {

	private static final Duration LEASE = Duration.ofSeconds(5);

	private final Redis redis;

	private final List<LeaderElections> nodes = new ArrayList<>();

	private final Queue<String> events = new ConcurrentLinkedQueue<>();

	private final String name = UUID.randomUUID().toString();

	LeaderElectionTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.nodes.forEach(LeaderElections::stop);
	}

	@Test
	void electsOneOfAll() {
		LeaderElection one = join("one");
		LeaderElection two = join("two");
		Awaitility.await().until(() -> one.isLeader() || two.isLeader());
		assertThat(one.isLeader()).isNotEqualTo(two.isLeader());
		LeaderElection leader = one.isLeader() ? one : two;
		assertThat(leader.term()).isPresent();
		assertThat(one.leader().map(LockHolder::node)).contains(one.isLeader() ? "one" : "two");
		assertThat(two.leader()).isPresent();
	}

	@Test
	void isTheSameForTheSameName() {
		LeaderElections elections = node("one");
		assertThat(elections.get("a")).isSameAs(elections.get("a")).isNotSameAs(elections.get("b"));
		assertThat(elections.get("a").name()).isEqualTo("a");
	}

	@Test
	void electsNobodyWhoHasNotJoinedOrDoesNotRun() {
		LeaderElections stopped = node("stopped");
		stopped.stop();
		stopped.get(this.name).join(listener("stopped"));
		LeaderElection looking = node("looking").get(this.name);
		assertThat(looking.leader()).isEmpty();
		assertThat(looking.isLeader()).isFalse();
		stopped.start();
		Awaitility.await().until(() -> looking.leader().isPresent());
	}

	@Test
	void tellsTheNextOneAfterThisOneWasTold() {
		LeaderElection one = join("one");
		Awaitility.await().until(one::isLeader);
		long first = one.term().orElseThrow();
		LeaderElection two = join("two");
		this.nodes.get(0).stop();
		Awaitility.await().until(two::isLeader);
		long second = two.term().orElseThrow();
		assertThat(second).isGreaterThan(first);
		assertThat(one.isLeader()).isFalse();
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(this.events).containsExactly("one +" + first, "one -" + first, "two +" + second));
	}

	@Test
	void stepsDownAndComesBack() {
		LeaderElection one = join("one");
		Awaitility.await().until(one::isLeader);
		long first = one.term().orElseThrow();
		this.redis.gateway().await(one.stepDown().thenApply((done) -> true));
		Awaitility.await().until(one::isLeader);
		assertThat(one.term().orElseThrow()).isGreaterThan(first);
		this.redis.gateway().await(node("other").get(this.name).stepDown().thenApply((done) -> true));
	}

	@Test
	void tellsWhoLostItsTerm() {
		LeaderElection one = join("one");
		Awaitility.await().until(one::isLeader);
		long first = one.term().orElseThrow();
		Awaitility.await().until(() -> this.events.contains("one +" + first));
		this.redis.commands().del(this.redis.keys().key("leader:" + this.name));
		Awaitility.await().until(() -> this.events.contains("one -" + first));
		Awaitility.await().until(one::isLeader);
		assertThat(one.term().orElseThrow()).isGreaterThan(first);
	}

	@Test
	void goesOnWhenAListenerFails() {
		LeaderElections elections = node("one");
		elections.get(this.name).join(new LeaderListener() {

			@Override
			public void onElected(long term) {
				throw new IllegalStateException("broke");
			}

		});
		elections.get(this.name).join(listener("one"));
		Awaitility.await().until(() -> !this.events.isEmpty());
		assertThat(elections.get(this.name).isLeader()).isTrue();
	}

	@Test
	void tellsWhoJoinsLateOfThePresentTerm() {
		LeaderElection one = join("one");
		Awaitility.await().until(() -> !this.events.isEmpty());
		long term = one.term().orElseThrow();
		one.join(listener("late"));
		Awaitility.await().until(() -> this.events.contains("late +" + term));
		this.redis.gateway().await(one.stepDown().thenApply((done) -> true));
		assertThat(this.events).startsWith("one +" + term, "late +" + term, "one -" + term, "late -" + term);
	}

	private LeaderElection join(String node) {
		LeaderElection election = node(node).get(this.name);
		election.join(listener(node));
		return election;
	}

	private LeaderListener listener(String node) {
		return new LeaderListener() {

			@Override
			public void onElected(long term) {
				LeaderElectionTests.this.events.add(node + " +" + term);
			}

			@Override
			public void onRevoked(long term) {
				LeaderElectionTests.this.events.add(node + " -" + term);
			}

		};
	}

	private LeaderElections node(String name) {
		Locks locks = new Locks(this.redis.gateway(), this.redis.keys(), name, LockSettings.ofDefaults(),
				ForkJoinPool.commonPool());
		LeaderElections elections = new LeaderElections(locks, this.redis.gateway().timers(), LEASE,
				ForkJoinPool.commonPool());
		elections.start();
		this.nodes.add(elections);
		return elections;
	}

}
