package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

import org.springframework.context.SmartLifecycle;

import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.lock.Locks;

/**
 * The elections of an application, by name. A node is a candidate in those that it joins,
 * from the start of the application context until it stops.
 */
public final class LeaderElections implements SmartLifecycle {

	/** Lease unless another is set. */
	public static final Duration DEFAULT_LEASE = Duration.ofSeconds(15);

	/** After locks, before whatever works as the leader. */
	private static final int PHASE = 300;

	private final Locks locks;

	private final Timers timers;

	private final Duration lease;

	private final Executor executor;

	private final Map<String, LeaderElection> elections = new ConcurrentHashMap<>();

	private volatile boolean running;

	/**
	 * Create the registry.
	 * @param locks a leader is who has the lock of that name
	 * @param timers the clock of the library
	 * @param lease after which a leader that is not heard of any more has lost its term;
	 * renewed every third of it
	 * @param executor tells listeners
	 */
	public LeaderElections(Locks locks, Timers timers, Duration lease, Executor executor) {
		this.locks = locks;
		this.timers = timers;
		this.lease = lease;
		this.executor = executor;
	}

	/**
	 * An election.
	 * @param name its name, a word from the code, the same on all nodes
	 * @return the election, the same object for the same name, which this node has not
	 * joined by this
	 */
	public LeaderElection get(String name) {
		return this.elections.computeIfAbsent(name, (key) -> new LeaderElection(this, key));
	}

	/**
	 * Elections that this node has won.
	 * @return their names, for metrics and the actuator
	 */
	public Set<String> led() {
		return this.elections.values()
			.stream()
			.filter(LeaderElection::isLeader)
			.map(LeaderElection::name)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	Locks locks() {
		return this.locks;
	}

	Timers timers() {
		return this.timers;
	}

	Duration lease() {
		return this.lease;
	}

	Executor executor() {
		return this.executor;
	}

	@Override
	public void start() {
		this.running = true;
		this.elections.values().forEach(LeaderElection::start);
	}

	/**
	 * Step down everywhere. Completes when all listeners have been told and others can be
	 * elected.
	 */
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		LeaderElection[] all = this.elections.values().toArray(LeaderElection[]::new);
		CompletableFuture<?>[] stopped = new CompletableFuture<?>[all.length];
		for (int i = 0; i < all.length; i++) {
			stopped[i] = all[i].stop().toCompletableFuture();
		}
		CompletableFuture.allOf(stopped).whenComplete((done, failure) -> callback.run());
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
