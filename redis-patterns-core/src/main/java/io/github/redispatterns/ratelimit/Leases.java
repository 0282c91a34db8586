package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.Timers;

/**
 * Tokens that this node has taken and not yet spent, for the busy keys of one limiter.
 * <p>
 * They are taken as any cost is, and worth nothing after the time of the lease: so they
 * are never more than the limit allows, and a node that dies takes no more of them along
 * than are refilled in that time. How many it is follows the demand: at first none, more
 * than before when they were spent early, as many as were spent when they were not.
 */
final class Leases {

	/** Keys with a lease at a time; others do without. */
	static final int MOST = 1 << 16;

	/** For how many times the time of a lease its demand is remembered after it. */
	private static final int MEMORY = 10;

	private final ConcurrentMap<String, Lease> leases = new ConcurrentHashMap<>();

	private final AtomicBoolean sweeping = new AtomicBoolean();

	private final Timers timers;

	private final Duration time;

	Leases(Duration time, Timers timers) {
		this.timers = timers;
		this.time = time;
	}

	int size() {
		return this.leases.size();
	}

	@Nullable Decision spend(String key, long cost) {
		Lease lease = this.leases.get(key);
		return (lease != null) ? lease.spend(cost, System.nanoTime()) : null;
	}

	/**
	 * End the lease of a key.
	 * @param key the key
	 * @param demand what is asked for now
	 * @return what to ask for besides
	 */
	Lease.Wish renew(String key, long demand) {
		Lease old = this.leases.remove(key);
		return (old != null) ? old.end(demand, System.nanoTime()) : Lease.Wish.NOTHING;
	}

	void keep(String key, Lease.Grant grant) {
		if (this.leases.size() < MOST) {
			// A hundredth less, so that the two clocks need not run alike.
			this.leases.put(key, new Lease(grant, TimeUnit.NANOSECONDS.convert(this.time) / 100 * 99));
			sweepLater();
		}
	}

	/**
	 * End all leases.
	 * @param giveBack gets keys and what is left of them
	 */
	void endAll(BiConsumer<String, Lease.Wish> giveBack) {
		this.leases.forEach((key, lease) -> {
			if (!lease.isOver(System.nanoTime())) {
				giveBack.accept(key, renew(key, 0).withoutMore());
			}
		});
	}

	private void sweepLater() {
		if (!this.sweeping.get() && this.sweeping.compareAndSet(false, true)) {
			this.timers.after(this.time.multipliedBy(MEMORY), this::sweep);
		}
	}

	private void sweep() {
		long now = System.nanoTime();
		this.leases.values().removeIf((lease) -> lease.isOver(now));
		this.sweeping.set(false);
		if (!this.leases.isEmpty()) {
			sweepLater();
		}
	}

}
