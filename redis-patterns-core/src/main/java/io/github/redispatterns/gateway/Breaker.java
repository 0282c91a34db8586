package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisUnavailableException;

/**
 * Keeps calls away from a Redis that does not answer. Opens when half of the last
 * {@value #WINDOW} calls got no answer, fails calls at once while it is open, and closes
 * when a {@code PING} of its own is answered; no call of a user is spent on trying.
 */
public final class Breaker {

	static final int WINDOW = 20;

	private static final Duration PROBE_EVERY = Duration.ofMillis(200);

	/** Resilience4j never closes by itself: the probe does. */
	private static final Duration FOR_EVER = Duration.ofDays(36_500);

	private static final Log logger = LogFactory.getLog(Breaker.class);

	private static final RedisUnavailableException OPEN = RedisUnavailableException
		.withoutStackTrace("Redis did not answer lately; calls are not sent until it answers a PING again");

	private final CircuitBreaker state = CircuitBreaker.of("redis-patterns", config());

	/**
	 * How many answers the state is told of until it remembers nothing else; further ones
	 * would not change it.
	 */
	private final AtomicInteger toTell = new AtomicInteger(WINDOW);

	private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();

	private final Timers timers;

	private final Supplier<CompletionStage<?>> probe;

	/**
	 * Create a closed breaker.
	 * @param timers runs the probes
	 * @param probe sends a {@code PING} past this breaker, and fails in time if there is
	 * no answer
	 */
	Breaker(Timers timers, Supplier<CompletionStage<?>> probe) {
		this.timers = timers;
		this.probe = probe;
		this.state.getEventPublisher().onStateTransition((event) -> changed());
	}

	/**
	 * Whether calls fail at once.
	 * @return {@code false} while calls are sent
	 */
	public boolean isOpen() {
		return this.state.getState() == CircuitBreaker.State.OPEN;
	}

	/**
	 * Listen to changes.
	 * @param listener gets whether the breaker is open now; must not block
	 */
	public void onChange(Consumer<Boolean> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Ask to send a call.
	 * @return {@code false} if it must fail with {@link #rejection}
	 */
	boolean permits() {
		return this.state.tryAcquirePermission();
	}

	static RedisUnavailableException rejection() {
		return OPEN;
	}

	void answered() {
		if (this.toTell.get() > 0) {
			this.toTell.decrementAndGet();
			this.state.onSuccess(0, TimeUnit.NANOSECONDS);
		}
	}

	void unanswered(RedisUnavailableException failure) {
		this.state.onError(0, TimeUnit.NANOSECONDS, failure);
		this.toTell.set(WINDOW);
	}

	private void changed() {
		boolean open = isOpen();
		if (open) {
			logger.warn("Redis does not answer: calls fail at once until it does");
			probeLater();
		}
		else {
			logger.info("Redis answers again");
		}
		this.listeners.forEach((listener) -> listener.accept(open));
	}

	private void probeLater() {
		this.timers.after(PROBE_EVERY, () -> {
			try {
				this.probe.get().whenComplete((pong, failure) -> probed(failure));
			}
			catch (RuntimeException ex) {
				probed(ex);
			}
		});
	}

	private void probed(@Nullable Throwable failure) {
		if (failure != null) {
			probeLater();
		}
		else {
			this.state.transitionToClosedState();
			this.toTell.set(WINDOW);
		}
	}

	static CircuitBreakerConfig config() {
		return CircuitBreakerConfig.custom()
			.slidingWindow(WINDOW, WINDOW / 2, SlidingWindowType.COUNT_BASED,
					SlidingWindowSynchronizationStrategy.LOCK_FREE)
			.failureRateThreshold(50)
			.waitDurationInOpenState(FOR_EVER)
			.writableStackTraceEnabled(false)
			.build();
	}

}
