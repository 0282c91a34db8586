package io.github.redispatterns.ratelimit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a limit should say, in plain words and exact numbers: each state is what was taken
 * and when, and waits are found by trying one millisecond after the other where that is
 * possible.
 */
abstract class Model {

	static final long NEVER = -1;

	/** Units that may ever be taken at once. */
	abstract long most();

	abstract long free(long now);

	abstract long until(long now, long cost);

	abstract long untilNeutral(long now);

	abstract void take(long now, long cost);

	/**
	 * What is written by the script, whatever it decided: sets later times of a clock.
	 */
	List<Long> step(long now, long cost, long delay) {
		long wait = (cost > most()) ? NEVER : (cost > 0) ? until(now, cost) : 0;
		boolean allowed = wait >= 0 && wait <= delay;
		if (allowed && cost != 0) {
			take(now, cost);
		}
		return List.of(allowed ? 1L : 0L, free(now), wait, untilNeutral(now));
	}

	/** Tokens that refill evenly, at several rates; a debt is in tokens times period. */
	static final class Bucket extends Model {

		private List<Bandwidth> bandwidths = List.of();

		private List<BigInteger> debts = new ArrayList<>();

		private long since = Long.MIN_VALUE;

		void allow(List<Bandwidth> bandwidths) {
			this.bandwidths = bandwidths;
			while (this.debts.size() < bandwidths.size()) {
				this.debts.add(BigInteger.ZERO);
			}
		}

		@Override
		long most() {
			return this.bandwidths.stream().mapToLong(Bandwidth::burst).min().orElseThrow();
		}

		private BigInteger owed(int i, long now) {
			BigInteger refilled = (this.since == Long.MIN_VALUE) ? BigInteger.ZERO
					: BigInteger.valueOf(Math.max(0, now - this.since))
						.multiply(BigInteger.valueOf(this.bandwidths.get(i).limit()));
			return this.debts.get(i).subtract(refilled).max(BigInteger.ZERO);
		}

		private BigInteger capacity(int i) {
			Bandwidth bandwidth = this.bandwidths.get(i);
			return BigInteger.valueOf(bandwidth.burst()).multiply(period(i));
		}

		private BigInteger period(int i) {
			return BigInteger.valueOf(this.bandwidths.get(i).period().toMillis());
		}

		@Override
		long free(long now) {
			long free = Long.MAX_VALUE;
			for (int i = 0; i < this.bandwidths.size(); i++) {
				free = Math.min(free,
						capacity(i).subtract(owed(i, now)).max(BigInteger.ZERO).divide(period(i)).longValueExact());
			}
			return free;
		}

		@Override
		long until(long now, long cost) {
			long wait = 0;
			for (int i = 0; i < this.bandwidths.size(); i++) {
				BigInteger excess = owed(i, now).add(BigInteger.valueOf(cost).multiply(period(i)))
					.subtract(capacity(i));
				wait = Math.max(wait, millis(i, excess));
			}
			return late(wait, now);
		}

		@Override
		long untilNeutral(long now) {
			long wait = 0;
			for (int i = 0; i < this.bandwidths.size(); i++) {
				wait = Math.max(wait, millis(i, owed(i, now)));
			}
			return late(wait, now);
		}

		// A clock that stepped back first has to come to where it was.
		private long late(long wait, long now) {
			return (wait > 0) ? wait + Math.max(0, this.since - now) : 0;
		}

		private long millis(int i, BigInteger amount) {
			BigInteger limit = BigInteger.valueOf(this.bandwidths.get(i).limit());
			return (amount.signum() <= 0) ? 0
					: amount.add(limit).subtract(BigInteger.ONE).divide(limit).longValueExact();
		}

		@Override
		void take(long now, long cost) {
			List<BigInteger> taken = new ArrayList<>();
			for (int i = 0; i < this.bandwidths.size(); i++) {
				taken.add(owed(i, now).add(BigInteger.valueOf(cost).multiply(period(i))).max(BigInteger.ZERO));
			}
			this.debts = taken;
			this.since = taken.stream().allMatch((debt) -> debt.signum() == 0) ? Long.MIN_VALUE
					: Math.max(now, this.since);
		}

	}

	/** Models whose waits are found by trying. */
	abstract static class Tried extends Model {

		final long limit;

		final long period;

		Tried(long limit, long period) {
			this.limit = limit;
			this.period = period;
		}

		@Override
		long most() {
			return this.limit;
		}

		abstract long counted(long now);

		@Override
		long free(long now) {
			return Math.max(0, this.limit - counted(now));
		}

		@Override
		long until(long now, long cost) {
			long wait = 0;
			while (counted(now + wait) + cost > this.limit) {
				wait++;
			}
			return wait;
		}

		@Override
		long untilNeutral(long now) {
			long wait = 0;
			while (counted(now + wait) > 0) {
				wait++;
			}
			return wait;
		}

	}

	/** Counts from where a window begins. */
	static final class Window extends Tried {

		private final boolean aligned;

		private long taken;

		private long start;

		Window(long limit, long period, boolean aligned) {
			super(limit, period);
			this.aligned = aligned;
		}

		@Override
		long counted(long now) {
			return (now < this.start + this.period) ? this.taken : 0;
		}

		@Override
		void take(long now, long cost) {
			long counted = counted(now);
			if (counted == 0) {
				this.start = this.aligned ? Math.max(this.start, now - now % this.period) : now;
			}
			this.taken = Math.max(0, counted + cost);
			if (this.taken == 0) {
				this.start = 0;
			}
		}

	}

	/** Counts by period, and weighs the one before. */
	static final class Counter extends Tried {

		private final Map<Long, Long> taken = new HashMap<>();

		private long latest;

		Counter(long limit, long period) {
			super(limit, period);
		}

		private long index(long now) {
			return Math.max(now / this.period, this.latest);
		}

		@Override
		long counted(long now) {
			long index = index(now);
			long into = Math.max(0, now - index * this.period);
			return this.taken.getOrDefault(index, 0L)
					+ this.taken.getOrDefault(index - 1, 0L) * (this.period - into) / this.period;
		}

		@Override
		void take(long now, long cost) {
			this.latest = index(now);
			this.taken.merge(this.latest, cost, Long::sum);
			this.taken.computeIfPresent(this.latest, (index, count) -> Math.max(0, count));
			this.taken.keySet().removeIf((index) -> index < this.latest - 1);
		}

	}

	/** Remembers when each unit was taken. */
	static final class Log extends Tried {

		private final List<Long> taken = new ArrayList<>();

		Log(long limit, long period) {
			super(limit, period);
		}

		@Override
		long counted(long now) {
			long counted = 0;
			for (long time : this.taken) {
				counted += (time > now - this.period) ? 1 : 0;
			}
			return counted;
		}

		@Override
		void take(long now, long cost) {
			this.taken.removeIf((time) -> time <= now - this.period);
			if (cost < 0) {
				this.taken.subList((int) Math.max(0, this.taken.size() + cost), this.taken.size()).clear();
			}
			long at = this.taken.isEmpty() ? now : Math.max(now, this.taken.get(this.taken.size() - 1));
			for (long unit = 0; unit < cost; unit++) {
				this.taken.add(at);
			}
		}

	}

	/** Remembers who is at work, and until when if nobody says more. */
	static final class Permits {

		private final long limit;

		private final long lease;

		private final Map<String, Long> ends = new HashMap<>();

		Permits(long limit, long lease) {
			this.limit = limit;
			this.lease = lease;
		}

		List<Long> step(long now, long cost, String permit) {
			List<Long> before = atWork(now);
			boolean held = this.ends.getOrDefault(permit, 0L) > now;
			boolean allowed = cost <= 0 || held || before.size() < this.limit;
			if (allowed && cost != 0) {
				// After that a clock that steps back brings nobody back.
				this.ends.values().removeIf((end) -> end <= now);
				this.ends.remove(permit);
			}
			if (allowed && cost > 0) {
				this.ends.put(permit, now + this.lease);
			}
			List<Long> after = atWork(now);
			long retry = allowed ? 0 : before.get((int) (before.size() - this.limit)) - now;
			long reset = after.isEmpty() ? 0 : after.get(after.size() - 1) - now;
			return List.of(allowed ? 1L : 0L, Math.max(0, this.limit - after.size()), retry, reset);
		}

		private List<Long> atWork(long now) {
			return this.ends.values().stream().filter((end) -> end > now).sorted().toList();
		}

	}

}
