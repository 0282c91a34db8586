package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.LockHolder;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.NamedLock;

/**
 * The election of one node among those that join it. The leader is who has the lock
 * {@code leader:<name>}, its term is the lock's fencing token. Thread-safe.
 * <p>
 * A leader steps down by the monotonic clock of its JVM before its lease ends in Redis,
 * so also one that was stopped or cut off: {@link #isLeader()} is {@code false} before
 * anybody else can be elected, and right after a stop before any other code goes on.
 * <p>
 * <b>Not promised:</b> that nobody else is elected between the moment at which
 * {@link #isLeader()} is asked and what is done then, or while Redis loses the lock by
 * failover, eviction or a deletion. What must be kept out even then is kept out by the
 * term, as {@link LockHandle#fencingToken()} says.
 */
public final class LeaderElection {

	private static final Log logger = LogFactory.getLog(LeaderElection.class);

	/** A leader has no longest term. */
	private static final Duration FOR_EVER = Duration.ofDays(36_500);

	private static final Duration WAIT = Duration.ofMinutes(1);

	private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

	private final LeaderElections elections;

	private final String name;

	private final NamedLock lock;

	/** Changed by who holds this object's monitor. */
	private volatile @Nullable LockHandle term;

	/** Guarded by this object, as are the next three. */
	private final List<LeaderListener> listeners = new ArrayList<>();

	private boolean candidate;

	/** The attempt to be elected that is under way. */
	private @Nullable CompletableFuture<Optional<LockHandle>> attempt;

	/** What listeners are told, one after the other. */
	private CompletionStage<?> told = CompletableFuture.completedFuture(null);

	LeaderElection(LeaderElections elections, String name) {
		this.elections = elections;
		this.name = name;
		this.lock = elections.locks()
			.get("leader:" + name)
			.with(new LockSettings(Duration.ZERO, elections.lease(), FOR_EVER));
	}

	/**
	 * The name of this election.
	 * @return the name as it was asked for
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Whether this node is the leader now. Costs no word to Redis.
	 * @return {@code false} also while it is not known
	 */
	public boolean isLeader() {
		return term().isPresent();
	}

	/**
	 * The term of this node.
	 * @return nothing if it is not the leader
	 */
	public OptionalLong term() {
		LockHandle present = this.term;
		return (present != null && present.isValid()) ? OptionalLong.of(present.fencingToken()) : OptionalLong.empty();
	}

	/**
	 * Look who is the leader.
	 * @return the leader, or nothing while there is none
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer
	 */
	public Optional<LockHolder> leader() {
		return this.lock.holder();
	}

	/**
	 * Make this node a candidate, while the application runs.
	 * @param listener is told of the term of this node, also of one that has begun
	 */
	public void join(LeaderListener listener) {
		synchronized (this) {
			this.listeners.add(listener);
			if (this.term != null) {
				tell(List.of(listener), this.term, LeaderListener::onElected);
			}
		}
		if (this.elections.isRunning()) {
			start();
		}
	}

	/**
	 * Step down if this node is the leader. It stays a candidate, behind those that wait.
	 * @return completes when all listeners have been told and others can be elected
	 */
	public CompletionStage<?> stepDown() {
		LockHandle ended;
		CompletionStage<?> told;
		synchronized (this) {
			ended = this.term;
			if (ended == null) {
				return CompletableFuture.completedFuture(null);
			}
			told = revoke(ended);
		}
		return told.thenCompose((done) -> ended.releaseAsync()).handle((released, failure) -> {
			campaign();
			return null;
		});
	}

	/** Become a candidate, if there is somebody to be told. */
	void start() {
		synchronized (this) {
			if (this.candidate || this.listeners.isEmpty()) {
				return;
			}
			this.candidate = true;
		}
		campaign();
	}

	CompletionStage<?> stop() {
		CompletableFuture<Optional<LockHandle>> waiting;
		synchronized (this) {
			this.candidate = false;
			waiting = this.attempt;
			this.attempt = null;
		}
		if (waiting != null) {
			// The lock goes back if it still comes.
			waiting.cancel(false);
		}
		return stepDown();
	}

	private synchronized void campaign() {
		if (!this.candidate || this.attempt != null || this.term != null) {
			return;
		}
		CompletableFuture<Optional<LockHandle>> begun = this.lock.tryAcquireAsync(WAIT).toCompletableFuture();
		this.attempt = begun;
		begun.whenComplete((handle, failure) -> decided(begun, handle, failure));
	}

	private void decided(CompletableFuture<Optional<LockHandle>> decided, @Nullable Optional<LockHandle> handle,
			@Nullable Throwable failure) {
		LockHandle won = (handle != null) ? handle.orElse(null) : null;
		synchronized (this) {
			if (this.attempt != decided) {
				won = null;
			}
			else {
				this.attempt = null;
				this.term = won;
				if (won != null) {
					tell(List.copyOf(this.listeners), won, LeaderListener::onElected);
				}
			}
		}
		if (won != null) {
			elected(won);
		}
		else if (handle != null) {
			handle.ifPresent(LockHandle::releaseAsync);
			campaign();
		}
		else if (!decided.isCancelled()) {
			logger.debug("Election '%s' cannot go on now and is tried again".formatted(this.name), failure);
			this.elections.timers().after(TRY_AGAIN, () -> this.elections.executor().execute(this::campaign));
		}
	}

	private void elected(LockHandle won) {
		logger.info("This node is the leader of '%s', term %d".formatted(this.name, won.fencingToken()));
		won.onLost((lost) -> {
			CompletionStage<?> told;
			synchronized (this) {
				if (this.term != lost) {
					return;
				}
				told = revoke(won);
			}
			told.thenRun(this::campaign);
		}, Runnable::run);
	}

	private synchronized CompletionStage<?> revoke(LockHandle ended) {
		this.term = null;
		logger.info("This node is not the leader of '%s' any more, term %d".formatted(this.name, ended.fencingToken()));
		return tell(List.copyOf(this.listeners), ended, LeaderListener::onRevoked);
	}

	private synchronized CompletionStage<?> tell(List<LeaderListener> listeners, LockHandle handle,
			BiConsumer<LeaderListener, Long> what) {
		CompletionStage<?> next = this.told.thenRunAsync(
				() -> listeners.forEach((listener) -> tell(listener, handle.fencingToken(), what)),
				this.elections.executor());
		this.told = next;
		return next;
	}

	private void tell(LeaderListener listener, long number, BiConsumer<LeaderListener, Long> what) {
		try {
			what.accept(listener, number);
		}
		catch (RuntimeException ex) {
			logger.error("A listener to election '%s' failed".formatted(this.name), ex);
		}
	}

}
