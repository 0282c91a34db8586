package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.EntryStore.LeaseRequest;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * One attempt of this JVM to come by one value. All callers who want it meanwhile wait
 * for the same flight. <pre>
 * ask ---> there is an entry ------------------------------------------> land
 *   |----> the lease is mine --> load --> fill, or release if it failed -> land
 *   |----> the lease is another's: serve what is stale ------------------> land
 *   |                                or wait until told, then ask again
 *   |----> Redis does not answer --> load without storing ---------------> land
 * </pre>
 */
final class Flight {

	private final CacheEngine engine;

	private final LoadRequest request;

	private final boolean background;

	private final CompletableFuture<Landing> result = new CompletableFuture<>();

	private final Mailbox.Waiter waiter;

	private final long startNanos = System.nanoTime();

	private volatile long askedNanos = this.startNanos;

	private volatile Assessment seen;

	private volatile @Nullable Thread loading;

	/**
	 * Create a flight.
	 * @param engine the cache
	 * @param request what is wanted
	 * @param seen what is known of the entry
	 * @param background whether nobody waits for it, so that it gives up where another
	 * one loads
	 */
	Flight(CacheEngine engine, LoadRequest request, Assessment seen, boolean background) {
		this.engine = engine;
		this.request = request;
		this.seen = seen;
		this.background = background;
		this.waiter = engine.mailbox().register(request.key());
	}

	LoadRequest request() {
		return this.request;
	}

	CompletableFuture<Landing> result() {
		return this.result;
	}

	/**
	 * What to serve if the load takes too long.
	 * @return the latest that is known of the entry
	 */
	Assessment seen() {
		return this.seen;
	}

	/**
	 * Whether the current thread is the one that loads, and so must not wait for it.
	 * @return whether it is
	 */
	boolean isLoadingHere() {
		return this.loading == Thread.currentThread() || this.request.isLoadingHere();
	}

	/**
	 * Begin.
	 * @param outage why Redis need not be asked, or {@code null} to ask it
	 */
	void start(@Nullable Throwable outage) {
		if (outage == null && this.engine.invalidations().trusts(this.request.key())) {
			ask(this.seen);
		}
		else {
			guarded(() -> loadWithoutRedis(outage));
		}
	}

	/** Give up before the start. */
	void discard() {
		this.request.decided();
		this.waiter.close();
		this.result.cancel(false);
	}

	private void ask(Assessment unwanted) {
		this.askedNanos = System.nanoTime();
		LeaseRequest asked = new LeaseRequest(token('-'), this.engine.leaseMillis(), unwanted.identity(),
				unwanted.isFallback(), this.engine.leastGeneration(), this.background ? "" : this.waiter.name());
		this.engine.store()
			.lease(this.request.key(), asked)
			.thenCompose(this::assess)
			.whenCompleteAsync((answer, failure) -> {
				if (answer != null) {
					guarded(() -> answered(answer));
				}
				else {
					guarded(() -> loadWithoutRedis(failure));
				}
			}, this.request.executor());
	}

	/**
	 * Make a token.
	 * @param kind the character it begins with
	 * @return 16 characters that nobody else has
	 */
	static String token(char kind) {
		return kind + "%015x".formatted(ThreadLocalRandom.current().nextLong() & 0x0FFF_FFFF_FFFF_FFFFL);
	}

	private CompletableFuture<Answer> assess(LeaseReply reply) {
		return this.engine.assess(this.request.key(), reply.stored(), reply.state(), this.request.type())
			.thenApply((assessment) -> new Answer(reply, assessment))
			.toCompletableFuture();
	}

	private void answered(Answer answer) {
		Assessment found = answer.assessment();
		this.seen = found;
		switch (answer.reply().status()) {
			case MINE -> load(answer.reply(), found);
			case ENTRY -> found(found);
			case THEIRS -> theirs(answer.reply(), found);
		}
	}

	private void found(Assessment found) {
		if (found.isFresh()) {
			land(found.value(), Event.HIT);
		}
		else if (found.isServable() && !this.background) {
			land(found.value(), Event.STALE_HIT);
			this.engine.refresh(this.request, found);
		}
		else {
			ask(found);
		}
	}

	private void theirs(LeaseReply reply, Assessment found) {
		if (found.isServable()) {
			land(found.value(), found.isFresh() ? Event.HIT : Event.STALE_HIT);
			return;
		}
		if (this.background) {
			// Of no use to those who have joined.
			landAs(new Landing(null, false, this.startNanos), null);
			return;
		}
		Duration left = this.engine.settings().maxWait().minusNanos(System.nanoTime() - this.startNanos);
		if (left.isNegative() || left.isZero()) {
			this.engine.statistics().add(Event.LOAD_TIMEOUT);
			landOrLoadUnstored(found);
			return;
		}
		this.engine.statistics().add(Event.LEASE_WAIT);
		this.request.decided();
		Duration pause = (left.compareTo(reply.remaining()) < 0) ? left : reply.remaining();
		this.waiter.await(pause.plusMillis(1),
				() -> this.request.executor().execute(() -> guarded(() -> ask(Assessment.NOTHING))));
	}

	private void landOrLoadUnstored(Assessment found) {
		if (found.isFallback()) {
			land(found.value(), Event.STALE_HIT);
		}
		else {
			long started = System.nanoTime();
			call((value, failure, micros) -> landAs(new Landing(value, false, started), failure));
		}
	}

	// The value of a background flight that cannot reach Redis is of no use.
	private void loadWithoutRedis(@Nullable Throwable failure) {
		Throwable cause = (failure != null) ? RedisPatternsException.causeOf(failure) : null;
		if (cause != null && !(cause instanceof RedisUnavailableException)) {
			this.engine.refused(cause);
		}
		if (this.background) {
			land(this.seen.value(), Event.STALE_HIT);
			return;
		}
		this.engine.statistics().add(Event.REDIS_FAILURE);
		if (cause != null && this.engine.settings().onRedisFailure() == OnRedisFailure.CLOSED) {
			landAs(null, cause);
			return;
		}
		LoadGate gate = this.engine.loadsWithoutRedis();
		BulkLoads.Part part = this.request.part();
		if (part != null) {
			part.waitAt(gate);
			call((value, problem, micros) -> landUnstored(value, problem));
			return;
		}
		boolean entered = gate.enter(() -> this.request.executor()
			.execute(() -> guarded(() -> gate.within(() -> call((value, problem, micros) -> {
				gate.leave();
				landUnstored(value, problem);
			})))));
		if (!entered) {
			landAs(null,
					new RedisUnavailableException(
							"Redis does not answer, and too many values of cache '%s' wait to be loaded without it"
								.formatted(this.engine.name()),
							cause));
		}
	}

	private void load(LeaseReply lease, Assessment former) {
		this.engine.statistics().add(Event.MISS);
		renewLater(lease.token());
		call((value, failure, micros) -> {
			if (failure == null) {
				// Whoever comes later may come after an invalidation.
				this.engine.landed(this);
				fill(lease, value, micros).whenComplete((valid, problem) -> {
					if (problem == null) {
						landAs(new Landing(value, valid, this.startNanos), null);
					}
					else {
						failed(lease.token(), former, RedisPatternsException.causeOf(problem));
					}
				});
			}
			else {
				failed(lease.token(), former, failure);
			}
		});
	}

	// What a method says of its value may fail; that is a failure of the load.
	private CompletionStage<Boolean> fill(LeaseReply lease, @Nullable Object value, long micros) {
		try {
			return this.engine.fill(this.request, lease, value, micros);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void failed(String token, Assessment former, Throwable failure) {
		this.engine.statistics().add(Event.LOAD_FAILURE);
		if (former.isFallback()) {
			this.engine.statistics().add(Event.FAIL_SAFE);
			this.engine.release(this.request.key(), token, this.engine.settings().errorPause());
			land(former.value(), Event.STALE_HIT);
		}
		else {
			this.engine.release(this.request.key(), token, Duration.ZERO);
			landAs(null, failure);
		}
	}

	private void renewLater(String token) {
		this.engine.renewWhile(this.request.key(), token, () -> !this.result.isDone());
	}

	private void call(Loaded then) {
		long start = System.nanoTime();
		CompletableFuture<@Nullable Object> loaded = this.engine.load(this.request, this::callLoader)
			.toCompletableFuture();
		loaded.whenComplete((value, failure) -> {
			long nanos = System.nanoTime() - start;
			if (failure == null) {
				this.engine.statistics().loaded(nanos);
			}
			guarded(() -> then.accept(value, (failure != null) ? RedisPatternsException.causeOf(failure) : null,
					nanos / 1000));
		});
	}

	private CompletionStage<@Nullable Object> callLoader() {
		Executor timed = this.engine.timedLoads();
		// Nobody waits for those in the background, and parts are loaded together.
		return (timed != null && !this.background && this.request.part() == null)
				? CompletableFuture.supplyAsync(this::callHere, timed).thenCompose(Function.identity()) : callHere();
	}

	private CompletionStage<@Nullable Object> callHere() {
		this.loading = Thread.currentThread();
		try {
			return this.request.load();
		}
		finally {
			this.loading = null;
		}
	}

	private void guarded(Runnable step) {
		try {
			step.run();
		}
		catch (Throwable ex) {
			landAs(null, ex);
		}
	}

	private void land(@Nullable Object value, Event event) {
		this.engine.statistics().add(event);
		landAs(new Landing(value, false, this.askedNanos), null);
	}

	private void landAs(@Nullable Landing landing, @Nullable Throwable failure) {
		this.request.decided();
		this.waiter.close();
		this.engine.landed(this);
		settle(this.result, landing, failure);
	}

	private void landUnstored(@Nullable Object value, @Nullable Throwable failure) {
		landAs(Landing.forAll(value), failure);
	}

	@SuppressWarnings("NullAway")
	static <T extends @Nullable Object> void settle(CompletableFuture<T> future, @Nullable T value,
			@Nullable Throwable failure) {
		if (failure != null) {
			future.completeExceptionally(RedisPatternsException.causeOf(failure));
		}
		else {
			future.complete(value);
		}
	}

	/**
	 * The end of a flight.
	 *
	 * @param value the value
	 * @param isForAll whether it is good for all who joined the flight: nothing has
	 * invalidated it meanwhile, or there is nobody who could say
	 * @param askedNanos when Redis was asked for it, by {@link System#nanoTime}
	 */
	record Landing(@Nullable Object value, boolean isForAll, long askedNanos) {

		static Landing forAll(@Nullable Object value) {
			return new Landing(value, true, 0);
		}

		/**
		 * Whether the value is good for somebody: who joined after Redis was asked may
		 * have come after an invalidation that the answer does not show.
		 * @param joinedNanos when it joined the flight
		 * @return whether it is
		 */
		boolean isFor(long joinedNanos) {
			return this.isForAll || joinedNanos - this.askedNanos < 0;
		}

	}

	private record Answer(LeaseReply reply, Assessment assessment) {
	}

	/** What to do with what was loaded. */
	@FunctionalInterface
	private interface Loaded {

		void accept(@Nullable Object value, @Nullable Throwable failure, long micros);

	}

}
