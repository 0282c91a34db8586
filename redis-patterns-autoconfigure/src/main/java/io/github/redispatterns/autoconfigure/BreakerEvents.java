package io.github.redispatterns.autoconfigure;

import java.util.concurrent.CompletableFuture;

import org.springframework.context.ApplicationEventPublisher;

import io.github.redispatterns.gateway.Breaker;
import io.github.redispatterns.gateway.BreakerEvent;

/**
 * Publishes the changes of the breaker, one after the other, off the driver's threads.
 */
final class BreakerEvents {

	private final ApplicationEventPublisher events;

	private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

	BreakerEvents(Breaker breaker, ApplicationEventPublisher events) {
		this.events = events;
		breaker.onChange(this::changed);
	}

	private synchronized void changed(boolean open) {
		this.last = this.last.handleAsync((done, failure) -> {
			this.events.publishEvent(new BreakerEvent(open));
			return null;
		});
	}

}
