package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.Timers;

/** Renews a lease every third of it, until it is stopped or the lease was lost. */
final class Renewal {

	private static final int LEASE_PART = 3;

	/** After a renewal that failed. */
	private static final int HASTY_LEASE_PART = 10;

	private final Timers timers;

	private final Duration lease;

	private final Supplier<CompletionStage<Boolean>> extension;

	/** Guarded by this object, as is the next. */
	private @Nullable Runnable alarm;

	private boolean stopped;

	private Renewal(Timers timers, Duration lease, Supplier<CompletionStage<Boolean>> extension) {
		this.timers = timers;
		this.lease = lease;
		this.extension = extension;
	}

	/**
	 * Begin to renew.
	 * @param timers the clock
	 * @param lease length of the lease
	 * @param extension renews once and says whether there was something to renew
	 * @return the renewal, to be stopped
	 */
	static Renewal begin(Timers timers, Duration lease, Supplier<CompletionStage<Boolean>> extension) {
		Renewal renewal = new Renewal(timers, lease, extension);
		renewal.schedule(LEASE_PART);
		return renewal;
	}

	/** No renewal is sent any more. */
	synchronized void stop() {
		this.stopped = true;
		if (this.alarm != null) {
			this.alarm.run();
		}
	}

	private synchronized void schedule(int part) {
		if (!this.stopped) {
			this.alarm = this.timers.after(this.lease.dividedBy(part), this::renew);
		}
	}

	private void renew() {
		synchronized (this) {
			if (this.stopped) {
				return;
			}
		}
		this.extension.get().whenComplete((held, failure) -> {
			if (failure != null) {
				schedule(HASTY_LEASE_PART);
			}
			else if (held) {
				schedule(LEASE_PART);
			}
		});
	}

}
