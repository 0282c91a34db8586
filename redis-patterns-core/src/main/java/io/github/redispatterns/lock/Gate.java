package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Where the callers of this JVM meet who want the same lock. One of them, the leader,
 * asks Redis; the others stand behind it in the order they came in. Who gives back an
 * exclusive lock hands it on to the next here, without a word to Redis, up to
 * {@link #LONGEST_TURN} times; then other nodes come first if they have waited longer.
 * <p>
 * The leader asks over the common connection first. If the lock is busy it asks once more
 * over the watching connection, by which this node joins the queue in Redis and hears of
 * the next change of the lock, and then sleeps until that or until the present lease may
 * have ended. Without a watching connection it looks again every few milliseconds.
 * <p>
 * All state is guarded by this object. Nothing is sent and nobody woken inside: that is
 * put into {@code then} and done after.
 */
final class Gate {

	/** How many callers one node serves in a row at most while others wait. */
	static final int LONGEST_TURN = 16;

	/** How long one node serves callers in a row at most while others wait. */
	static final Duration TURN_TIME = Duration.ofMillis(5);

	/** How long a leader trusts to be told of a change. */
	static final Duration LONGEST_PARK = Duration.ofSeconds(5);

	/** Callers that wait for one lock in one JVM. */
	static final int MOST_WAITING = 10_000;

	private static final RedisUnavailableException NO_ANSWER = RedisUnavailableException
		.withoutStackTrace("Redis did not answer for as long as a lock was waited for");

	private static final RedisUnavailableException ENDING = RedisUnavailableException
		.withoutStackTrace("The application ends while a lock is waited for");

	private static final int SHORTEST_LOOK_MILLIS = 10;

	private static final int LONGEST_LOOK_MILLIS = 50;

	private final LockEngine engine;

	private final Protocol protocol;

	private final Set<Waiter> queue = new LinkedHashSet<>(4);

	private final Runnable wake = this::wake;

	/** Who asks Redis for all, if anybody does. */
	private @Nullable Waiter leader;

	/** For whom the leader asks: the owner of the next tenure. */
	private @Nullable String owner;

	/** Whether that owner may have the lock without knowing. */
	private boolean ambiguous;

	/** Whether this node may stand in the queue in Redis. */
	private boolean queued;

	/** Whether the leader sleeps. */
	private boolean parked;

	private long timesParked;

	private boolean listening;

	/** Whether the lock was changed after the leader began to ask. */
	private boolean changed;

	private @Nullable Runnable alarm;

	/** What this JVM has, if it has the lock and the lock is exclusive. */
	private @Nullable Tenure tenure;

	/** Why it is not known whether the lock is busy, if it is not. */
	private @Nullable RedisUnavailableException outage = NO_ANSWER;

	private boolean closed;

	Gate(LockEngine engine, Protocol protocol) {
		this.engine = engine;
		this.protocol = protocol;
	}

	/**
	 * A caller comes.
	 * @param waiter the caller
	 * @return {@code false} if this gate is gone and there is another
	 */
	boolean enter(Waiter waiter) {
		List<Runnable> then = new ArrayList<>(1);
		synchronized (this) {
			if (this.closed) {
				return false;
			}
			waiter.standAt(this);
			if (this.queue.size() >= MOST_WAITING) {
				throw new RedisPatternsException(
						"%d callers of this JVM wait for %s already".formatted(MOST_WAITING, this.protocol));
			}
			if (this.leader == null && this.tenure == null) {
				lead(waiter, true, then);
			}
			else if (waiter.isImpatient() && (this.tenure != null || this.parked)) {
				busy(waiter, then);
			}
			else {
				this.queue.add(waiter);
			}
		}
		then.forEach(Runnable::run);
		return true;
	}

	synchronized LockStatus status() {
		int waiting = this.queue.size() + ((this.leader != null) ? 1 : 0);
		return new LockStatus(this.protocol.toString(), null, 0, waiting);
	}

	/**
	 * A caller goes, because its time is over or it was interrupted.
	 * @param waiter the caller
	 */
	void expire(Waiter waiter) {
		List<Runnable> then = new ArrayList<>(2);
		synchronized (this) {
			if (waiter.isSettled()) {
				return;
			}
			busy(waiter, then);
			if (!this.queue.remove(waiter) && this.leader == waiter && this.parked) {
				unpark();
				follow(then);
			}
			// A leader whose question is under way is followed when the answer is there.
		}
		then.forEach(Runnable::run);
	}

	/** All who wait go, because the application ends. */
	void sendAway() {
		List<Waiter> waiting = new ArrayList<>();
		synchronized (this) {
			this.outage = ENDING;
			waiting.addAll(this.queue);
			if (this.leader != null) {
				waiting.add(this.leader);
			}
		}
		waiting.forEach(this::expire);
		synchronized (this) {
			this.outage = (this.tenure != null) ? null : this.outage;
		}
	}

	/**
	 * A holder gives its lock back.
	 * @param held what it belongs to
	 * @return whether it was held until now
	 */
	CompletionStage<Boolean> release(Tenure held) {
		List<Runnable> then = new ArrayList<>(2);
		CompletableFuture<Boolean> released = new CompletableFuture<>();
		synchronized (this) {
			Waiter next = this.queue.isEmpty() ? null : this.queue.iterator().next();
			if (this.tenure != held || next == null) {
				end(held, then);
				then.add(() -> giveBack(held, released));
			}
			else if (held.mayPassTo(next)) {
				this.queue.remove(next);
				hand(held, next, then);
				released.complete(true);
			}
			else {
				this.queue.remove(next);
				turnOver(held, next, released, then);
			}
		}
		then.forEach(Runnable::run);
		return released;
	}

	/**
	 * A lock of this JVM is lost.
	 * @param lost what was held
	 */
	void lost(Tenure lost) {
		List<Runnable> then = new ArrayList<>(1);
		synchronized (this) {
			end(lost, then);
		}
		then.forEach(Runnable::run);
	}

	private void end(Tenure ended, List<Runnable> then) {
		ended.stop();
		if (this.tenure == ended) {
			this.tenure = null;
			follow(then);
		}
	}

	private void giveBack(Tenure held, CompletableFuture<Boolean> released) {
		RedisGateway redis = this.engine.insistent();
		this.protocol.release(redis, held.owner()).whenComplete((success, failure) -> {
			if (failure != null) {
				released.completeExceptionally(RedisPatternsException.causeOf(failure));
			}
			else {
				released.complete(success);
			}
		});
		if (held.isAmbiguous()) {
			cleanUp(held.owner());
		}
	}

	/**
	 * An attempt whose answer was lost may still be on its way, on either connection:
	 * what comes after it there takes back what it took.
	 * @param owner for whom it was
	 */
	private void cleanUp(String owner) {
		this.protocol.release(this.engine.insistent(), owner);
		RedisGateway watched = this.engine.watching().live();
		if (watched != null) {
			this.protocol.release(watched.pastBreaker(), owner);
		}
	}

	private void lead(Waiter next, boolean first, List<Runnable> then) {
		this.leader = next;
		if (this.owner == null) {
			this.owner = this.engine.newOwner();
		}
		String claimed = this.owner;
		then.add(() -> ask(next, claimed, first));
	}

	/**
	 * The leader is gone: the next takes its place, or all is over.
	 * @param then what to do
	 */
	private void follow(List<Runnable> then) {
		this.leader = null;
		if (!this.queue.isEmpty()) {
			Iterator<Waiter> waiting = this.queue.iterator();
			Waiter next = waiting.next();
			waiting.remove();
			lead(next, false, then);
		}
		else if (this.tenure == null) {
			close(then);
		}
	}

	private void close(List<Runnable> then) {
		this.closed = true;
		boolean leaves = this.queued;
		boolean listens = this.listening;
		String unclear = this.ambiguous ? this.owner : null;
		then.add(() -> {
			this.engine.remove(this, this.protocol);
			if (listens) {
				this.engine.watching().forget(this.protocol.watchedKey(), this.wake);
			}
			if (unclear != null) {
				cleanUp(unclear);
			}
			if (leaves) {
				leave();
			}
		});
	}

	private void leave() {
		RedisGateway watched = this.engine.watching().live();
		this.protocol.leave((watched != null) ? watched : this.engine.gateway());
	}

	/**
	 * The way to ask, and to hear of the next change of the lock if that is possible. It
	 * may be heard of before the answer is, so it counts from here.
	 * @return nothing if changes are not heard of
	 */
	private @Nullable RedisGateway watched() {
		RedisGateway watched = this.engine.watching().live();
		if (watched != null) {
			synchronized (this) {
				this.changed = false;
			}
			listen();
		}
		return watched;
	}

	private void listen() {
		synchronized (this) {
			if (this.listening) {
				return;
			}
			this.listening = true;
		}
		this.engine.watching().listen(this.protocol.watchedKey(), this.wake);
	}

	private void ask(Waiter asking, String claimed, boolean first) {
		RedisGateway watched = first ? null : watched();
		long sent = System.nanoTime();
		Claim claim = claim(asking, claimed, watched != null);
		this.protocol.acquire((watched != null) ? watched : this.engine.gateway(), claim)
			.whenComplete((reply, failure) -> answered(asking, claim, sent, reply, failure));
	}

	private static Claim claim(Waiter asking, String owner, boolean joinsQueue) {
		return new Claim(owner, Tenure.firstLease(asking.settings()).toMillis(), asking.waitedMicros(),
				joinsQueue && !asking.isImpatient());
	}

	private void answered(Waiter asking, Claim claim, long sent, @Nullable Long reply, @Nullable Throwable failure) {
		List<Runnable> then = new ArrayList<>(2);
		synchronized (this) {
			if (reply == null) {
				failed(asking,
						RedisPatternsException.causeOf((failure != null) ? failure : new IllegalStateException()),
						then);
			}
			else if (reply > 0) {
				granted(asking, claim, sent, reply, then);
			}
			else {
				refused(asking, claim, -reply, then);
			}
		}
		then.forEach(Runnable::run);
	}

	private void granted(Waiter asking, Claim claim, long sent, long token, List<Runnable> then) {
		this.engine.seen(token + this.protocol.tokens() - 1);
		Tenure granted = new Tenure(this.engine, this, this.protocol, claim, sent, asking.settings(), token,
				this.ambiguous);
		this.owner = null;
		this.ambiguous = false;
		this.queued = false;
		this.outage = null;
		Waiter receiver = asking.isSettled() ? heir(asking) : asking;
		if (this.protocol.isExclusive() && receiver != null) {
			this.leader = null;
			this.tenure = granted;
			dismissImpatient(then);
		}
		else {
			follow(then);
		}
		if (receiver != null) {
			hand(granted, receiver, then);
		}
		else {
			then.add(() -> giveBack(granted, new CompletableFuture<>()));
		}
	}

	// Who gets what somebody asked for that has gone meanwhile.
	private @Nullable Waiter heir(Waiter gone) {
		for (Waiter waiting : this.queue) {
			if (waiting.settings().equals(gone.settings())) {
				this.queue.remove(waiting);
				return waiting;
			}
		}
		return null;
	}

	private void hand(Tenure held, Waiter receiver, List<Runnable> then) {
		receiver.settle();
		HeldLock handle = held.handTo(receiver);
		then.add(() -> receiver.complete(Optional.of(handle)));
	}

	private void refused(Waiter asking, Claim claim, long millis, List<Runnable> then) {
		this.outage = null;
		this.queued |= claim.joinsQueue();
		dismissImpatient(then);
		if (asking.isSettled()) {
			follow(then);
		}
		else if (asking.isImpatient()) {
			busy(asking, then);
			follow(then);
		}
		else if (claim.joinsQueue() ? this.changed : this.engine.watching().live() != null) {
			lead(asking, false, then);
		}
		else {
			park(claim.joinsQueue() ? Math.min(millis + 1, this.protocol.longestPark().toMillis())
					: Math.min(millis, lookAgain()), then);
		}
	}

	private void failed(Waiter asking, Throwable failure, List<Runnable> then) {
		this.ambiguous = true;
		if (failure instanceof RedisUnavailableException unavailable) {
			this.outage = unavailable;
			dismissImpatient(then);
			if (!asking.isSettled() && !asking.isImpatient()) {
				park(lookAgain(), then);
				return;
			}
		}
		if (!asking.isSettled()) {
			asking.settle();
			then.add(() -> asking.completeExceptionally(failure));
		}
		follow(then);
	}

	private void turnOver(Tenure held, Waiter next, CompletableFuture<Boolean> released, List<Runnable> then) {
		held.stop();
		this.tenure = null;
		this.leader = next;
		this.owner = held.owner();
		then.add(() -> {
			RedisGateway watched = watched();
			Claim claim = claim(next, held.owner(), watched != null);
			long sent = System.nanoTime();
			this.protocol.turnOver((watched != null) ? watched.pastBreaker() : this.engine.insistent(), claim)
				.whenComplete((reply, failure) -> turnedOver(next, claim, sent, reply, failure, released));
		});
	}

	private void turnedOver(Waiter next, Claim claim, long sent, @Nullable Long reply, @Nullable Throwable failure,
			CompletableFuture<Boolean> released) {
		if (reply != null && reply > 0) {
			answered(next, claim, sent, reply, null);
			released.complete(true);
			return;
		}
		synchronized (this) {
			this.owner = this.engine.newOwner();
		}
		if (failure != null) {
			cleanUp(claim.owner());
			answered(next, claim, sent, null, failure);
			released.completeExceptionally(RedisPatternsException.causeOf(failure));
		}
		else {
			// Lost or turned over: the next one waits, in the former case not for long.
			answered(next, claim, sent, (reply != null) ? reply : 0L, null);
			released.complete(reply != null && reply != 0);
		}
	}

	private void busy(Waiter waiter, List<Runnable> then) {
		waiter.settle();
		RedisUnavailableException failure = this.outage;
		if (failure != null) {
			then.add(() -> waiter.completeExceptionally(failure));
		}
		else {
			then.add(() -> waiter.complete(Optional.empty()));
		}
	}

	// Those who try once and came while the answer was on its way.
	private void dismissImpatient(List<Runnable> then) {
		if (!this.queue.isEmpty()) {
			this.queue.removeIf((waiter) -> {
				if (waiter.isImpatient()) {
					busy(waiter, then);
				}
				return waiter.isImpatient();
			});
		}
	}

	private void park(long millis, List<Runnable> then) {
		this.parked = true;
		long time = ++this.timesParked;
		then.add(() -> {
			listen();
			Runnable cancel = this.engine.gateway().timers().after(Duration.ofMillis(millis), this.wake);
			synchronized (this) {
				// It may have rung by now, and this be parked again, with another.
				if (this.parked && this.timesParked == time && this.alarm == null) {
					this.alarm = cancel;
					return;
				}
			}
			cancel.run();
		});
	}

	private void unpark() {
		this.parked = false;
		if (this.alarm != null) {
			this.alarm.run();
			this.alarm = null;
		}
	}

	private void wake() {
		List<Runnable> then = new ArrayList<>(1);
		synchronized (this) {
			this.changed = true;
			if (this.parked && this.leader != null) {
				unpark();
				lead(this.leader, false, then);
			}
		}
		then.forEach(Runnable::run);
	}

	/**
	 * Waiters that started together must not stay in step.
	 * @return milliseconds
	 */
	private static long lookAgain() {
		return ThreadLocalRandom.current().nextLong(SHORTEST_LOOK_MILLIS, LONGEST_LOOK_MILLIS);
	}

}
