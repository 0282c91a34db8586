package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/** A request that waits for its turn. */
final class Turn {

	/** Longer waits do not fit in nanoseconds. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final RateLimiters limiters;

	private final RateLimitRequest request;

	private final long deadline;

	private final CompletableFuture<Decision> over = new CompletableFuture<>();

	Turn(RateLimiters limiters, RateLimitRequest request, Duration maxWait) {
		this.limiters = limiters;
		this.request = request;
		this.deadline = System.nanoTime() + ((maxWait.compareTo(LONGEST) < 0) ? maxWait : LONGEST).toNanos();
	}

	CompletableFuture<Decision> begin() {
		ask();
		return this.over;
	}

	private void ask() {
		this.limiters.decide(this.request, left()).whenComplete(this::decided);
	}

	private Duration left() {
		return Duration.ofNanos(Math.max(0, this.deadline - System.nanoTime()));
	}

	private void decided(@Nullable Decision decision, @Nullable Throwable failure) {
		if (decision == null) {
			this.over.completeExceptionally((failure != null) ? failure : new IllegalStateException("No decision"));
		}
		else if (decision.isImmediate()) {
			finish(decision);
		}
		else if (decision.allowed()) {
			this.limiters.timers().pause(decision.retryAfter()).thenRun(() -> finish(decision));
			this.over.whenComplete((done, cancelled) -> giveBackIfCancelled());
		}
		else if (decision.retryAfter().compareTo(left()) <= 0) {
			this.limiters.timers().pause(decision.retryAfter()).thenRun(this::askUnlessCancelled);
		}
		else {
			this.over.complete(decision);
		}
	}

	private void finish(Decision decision) {
		if (!this.over.complete(decision) && decision.isImmediate()) {
			giveBackIfCancelled();
		}
	}

	private void askUnlessCancelled() {
		if (!this.over.isDone()) {
			ask();
		}
	}

	private void giveBackIfCancelled() {
		if (this.over.isCancelled() && this.request.cost() > 0) {
			this.limiters.get(this.request.policy()).refundAsync(this.request.key(), this.request.cost());
		}
	}

}
