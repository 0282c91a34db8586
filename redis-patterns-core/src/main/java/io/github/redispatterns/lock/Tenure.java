package io.github.redispatterns.lock;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.RedisGateway;

/**
 * What this JVM has of a lock in Redis, from the acquisition there to the release or the
 * loss. Renews the lease and finds out about the loss. All times are those of
 * {@link System#nanoTime}, and a lease counts from before it was asked for.
 */
final class Tenure {

	private static final Log logger = LogFactory.getLog(LockHandle.class);

	/** Only locks that are held for longer are watched: most never cost a word more. */
	private static final long WATCHED_AFTER = TimeUnit.MILLISECONDS.toNanos(20);

	/** Clocks differ by less than this part of a lease. */
	private static final int MARGIN_PART = 10;

	private static final long LONGEST_MARGIN = TimeUnit.SECONDS.toNanos(1);

	private static final long SHORTEST_RENEWAL = LockSettings.SHORTEST_LEASE.toNanos();

	private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

	private final LockEngine engine;

	private final Gate gate;

	private final Protocol protocol;

	private final String owner;

	private final LockSettings settings;

	private final long firstToken;

	private final boolean ambiguous;

	private final long began;

	private final Runnable check = this::check;

	private volatile long validUntil;

	private volatile boolean suspect;

	private int handed;

	// The rest is guarded by this object.

	private WeakReference<HeldLock> holder = new WeakReference<>(null);

	private long holdUntil;

	private long renewAt;

	private boolean watched;

	/** Renewals whose answers are not there yet. */
	private int renewing;

	/** Whether the lease ends with the longest hold. */
	private boolean last;

	private boolean stopped;

	private @Nullable Runnable alarm;

	Tenure(LockEngine engine, Gate gate, Protocol protocol, Claim claim, long sent, LockSettings settings,
			long firstToken, boolean ambiguous) {
		this.engine = engine;
		this.gate = gate;
		this.protocol = protocol;
		this.owner = claim.owner();
		this.settings = settings;
		this.firstToken = firstToken;
		this.ambiguous = ambiguous;
		this.began = sent;
		leased(sent, claim.leaseMillis());
	}

	static Duration firstLease(LockSettings settings) {
		return settings.isRenewed() ? settings.lease() : settings.maxHold();
	}

	String owner() {
		return this.owner;
	}

	String name() {
		return this.protocol.name();
	}

	boolean isAmbiguous() {
		return this.ambiguous;
	}

	boolean isSuspect() {
		return this.suspect;
	}

	/**
	 * Until when the lock can be relied on.
	 * @return by {@link System#nanoTime}
	 */
	long validUntil() {
		return this.validUntil;
	}

	LockStatus status() {
		return new LockStatus(this.protocol.toString(), Duration.ofNanos(System.nanoTime() - this.began), 1, 0);
	}

	LockEngine engine() {
		return this.engine;
	}

	/**
	 * Whether the next caller may have the lock without Redis being asked. Under the lock
	 * of the gate.
	 * @param next the caller
	 * @return {@code false} if it is another node's turn, or the lease too short
	 */
	boolean mayPassTo(Waiter next) {
		long now = System.nanoTime();
		return this.handed < this.protocol.tokens() && this.settings.isRenewed()
				&& next.settings().equals(this.settings) && !this.suspect && now - this.began < Gate.TURN_TIME.toNanos()
				&& this.validUntil - now > this.settings.lease().toNanos() / 2;
	}

	/**
	 * Make a caller the holder. Under the lock of the gate.
	 * @param receiver the caller
	 * @return its handle
	 */
	HeldLock handTo(Waiter receiver) {
		HeldLock handle = new HeldLock(this, this.firstToken + this.handed);
		this.handed++;
		synchronized (this) {
			this.holder = new WeakReference<>(handle);
			this.holdUntil = System.nanoTime() + this.settings.maxHold().toNanos();
			if (this.stopped) {
				// Lost between the decision to hand it on and now.
				handle.lost();
			}
			else if (this.alarm == null) {
				this.engine.held(this);
				setAlarm(System.nanoTime());
			}
		}
		return handle;
	}

	/**
	 * Give back what the handle has.
	 * @return whether it was held until now
	 */
	CompletionStage<Boolean> release() {
		return this.gate.release(this);
	}

	/**
	 * Hold the lock for longer.
	 * @param time from now
	 * @return {@code false} if it had been lost
	 */
	CompletionStage<Boolean> extend(Duration time) {
		long now = System.nanoTime();
		synchronized (this) {
			this.holdUntil = later(this.holdUntil, now + time.toNanos());
			this.renewing++;
			return renew(now, TimeUnit.NANOSECONDS.toMillis(Math.max(time.toNanos(), renewedLease(now))));
		}
	}

	/** No renewal any more, and no word to the holder. */
	synchronized void stop() {
		this.stopped = true;
		this.engine.ended(this);
		if (this.alarm != null) {
			this.alarm.run();
			this.alarm = null;
		}
		if (this.watched) {
			this.engine.watching().forget(this.protocol.watchedKey(), this.check);
		}
	}

	private void tick() {
		long now = System.nanoTime();
		boolean ended;
		boolean watch = false;
		long lease = 0;
		synchronized (this) {
			if (this.stopped) {
				return;
			}
			ended = this.validUntil - now <= 0;
			if (!this.watched && now - this.began >= WATCHED_AFTER) {
				this.watched = true;
				watch = true;
			}
			if (!ended && isDue(now)) {
				lease = renewedLease(now);
				this.renewing++;
			}
			setAlarm(now);
		}
		if (ended) {
			lose();
			return;
		}
		if (watch) {
			this.engine.watching().listen(this.protocol.watchedKey(), this.check);
			check();
		}
		if (lease > 0) {
			renew(now, TimeUnit.NANOSECONDS.toMillis(lease));
		}
	}

	private boolean isDue(long now) {
		return isRenewable() && this.renewAt - now <= 0 && renewedLease(now) >= SHORTEST_RENEWAL;
	}

	// What nobody has any more is not renewed, and nothing beyond the longest hold.
	private boolean isRenewable() {
		return this.settings.isRenewed() && this.renewing == 0 && !this.last && this.holder.get() != null;
	}

	private long renewedLease(long now) {
		return Math.min(this.settings.lease().toNanos(), this.holdUntil - now);
	}

	private CompletionStage<Boolean> renew(long sent, long leaseMillis) {
		return this.protocol.extend(this.engine.insistent(), this.owner, leaseMillis).whenComplete((held, failure) -> {
			synchronized (this) {
				this.renewing--;
				if (this.stopped) {
					return;
				}
				if (failure == null && held) {
					leased(sent, leaseMillis);
					this.suspect = false;
				}
				else {
					this.suspect = true;
					this.renewAt = System.nanoTime()
							+ Math.max(SHORTEST_PAUSE, this.settings.lease().toNanos() / MARGIN_PART);
				}
				resetAlarm();
			}
			if (failure == null && !held) {
				lose();
			}
		});
	}

	private void check() {
		RedisGateway watching = this.engine.watching().live();
		if (watching != null) {
			this.protocol.isHeld(watching, this.owner).whenComplete((held, failure) -> {
				if (failure == null && !held) {
					lose();
				}
			});
		}
	}

	private void lose() {
		HeldLock handle;
		synchronized (this) {
			if (this.stopped) {
				return;
			}
			handle = this.holder.get();
			this.stopped = true;
			this.validUntil = System.nanoTime();
		}
		if (handle != null) {
			handle.lost();
		}
		else {
			logger.warn("Lock '%s' was neither released nor used any more, and ended with its lease".formatted(name()));
		}
		this.gate.lost(this);
	}

	private void leased(long sent, long leaseMillis) {
		long lease = TimeUnit.MILLISECONDS.toNanos(leaseMillis);
		this.validUntil = later(this.validUntil, sent + lease - margin(lease));
		long full = this.settings.lease().toNanos();
		this.renewAt = sent + lease - full / 3 * 2;
		this.last = lease < full;
	}

	private static long margin(long lease) {
		return Math.min(lease / MARGIN_PART, LONGEST_MARGIN) + TimeUnit.MILLISECONDS.toNanos(2);
	}

	private void resetAlarm() {
		if (this.alarm != null) {
			this.alarm.run();
			setAlarm(System.nanoTime());
		}
	}

	private void setAlarm(long now) {
		if (this.stopped) {
			return;
		}
		long next = this.validUntil;
		if (!this.watched) {
			next = sooner(next, this.began + WATCHED_AFTER);
		}
		if (isRenewable()) {
			next = sooner(next, this.renewAt);
		}
		this.alarm = this.engine.gateway().timers().after(Duration.ofNanos(Math.max(0, next - now)), this::tick);
	}

	private static long sooner(long one, long other) {
		return (one - other < 0) ? one : other;
	}

	private static long later(long one, long other) {
		return (one - other > 0) ? one : other;
	}

}
