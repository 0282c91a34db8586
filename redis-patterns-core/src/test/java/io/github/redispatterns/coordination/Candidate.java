package io.github.redispatterns.coordination;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.test.Redis;

/**
 * A JVM that joins an election and prints, again and again, its term and the times before
 * and after it looked, by the clock that all processes of the machine share. Its argument
 * is the port of Redis.
 */
public final class Candidate {

	static final Duration LEASE = Duration.ofMillis(800);

	static final String VIOLATION = "violation";

	private Candidate() {
	}

	public static void main(String[] args) throws IOException {
		LettuceConnectionFactory factory = Redis.connect("127.0.0.1", Integer.parseInt(args[0]));
		Timers timers = new Timers();
		RedisGateway gateway = new RedisGateway(factory, Duration.ofMillis(300), timers);
		gateway.start();
		Locks locks = new Locks(gateway, KeySpace.of("elections"), "candidate", LockSettings.ofDefaults(),
				ForkJoinPool.commonPool());
		LeaderElections elections = new LeaderElections(locks, timers, LEASE, ForkJoinPool.commonPool());
		elections.start();
		LeaderElection election = elections.get("overlap");
		election.join(new LeaderListener() {
		});
		Thread looking = new Thread(() -> look(election));
		looking.setDaemon(true);
		looking.start();
		// Ends with its parent.
		while (System.in.read() >= 0) {
			Thread.onSpinWait();
		}
		System.exit(0);
	}

	private static void look(LeaderElection election) {
		long last = System.nanoTime();
		while (true) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
			long before = System.nanoTime();
			OptionalLong term = election.term();
			if (term.isPresent() && before - last > LEASE.toNanos()) {
				System.out.println(VIOLATION + " leader after a stop of " + (before - last) + " ns");
			}
			if (term.isPresent()) {
				System.out.println(term.getAsLong() + " " + before + " " + System.nanoTime());
			}
			last = before;
		}
	}

}
