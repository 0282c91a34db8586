package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.cache.WriteQueue.Write;

/**
 * When writes that failed are tried again, and when they are given up. A write is at
 * fault if others succeed where it fails; else its source is. Not for several threads at
 * once.
 */
final class WriteRetries {

	private final WriteBehindSettings settings;

	private final Map<String, Failures> failures = new HashMap<>();

	private long successes;

	WriteRetries(WriteBehindSettings settings) {
		this.settings = settings;
	}

	int size() {
		return this.failures.size();
	}

	void clear() {
		this.failures.clear();
	}

	/**
	 * How many writes have succeeded.
	 * @return a number that only grows
	 */
	long successes() {
		return this.successes;
	}

	/**
	 * Choose what to try now.
	 * @param writes writes that wait
	 * @return those that need not wait longer, those that failed least first
	 */
	List<Write> due(List<Write> writes) {
		long now = System.nanoTime();
		return writes.stream()
			.filter((write) -> isDue(this.failures.get(write.entry()), now))
			.sorted(Comparator.comparingInt(this::attempts))
			.toList();
	}

	private static boolean isDue(@Nullable Failures failures, long now) {
		return failures == null || failures.nextNanos() - now <= 0;
	}

	int attempts(Write write) {
		Failures failed = this.failures.get(write.entry());
		return (failed != null) ? failed.attempts() : 0;
	}

	void succeeded(Collection<Write> writes) {
		this.successes += writes.size();
		writes.forEach((write) -> this.failures.remove(write.entry()));
	}

	/**
	 * Note a failure.
	 * @param write the write
	 * @param successesBefore how many writes had succeeded before it was tried
	 * @return whether to give it up
	 */
	boolean failed(Write write, long successesBefore) {
		Failures before = this.failures.getOrDefault(write.entry(), new Failures(0, -1, successesBefore, 0));
		boolean atFault = this.successes > before.successes();
		int retries = before.retries() + ((atFault || before.retries() < 0) ? 1 : 0);
		if (atFault && retries >= this.settings.maxRetries()) {
			this.failures.remove(write.entry());
			return true;
		}
		long next = System.nanoTime() + this.settings.delay(before.attempts()).toNanos();
		this.failures.put(write.entry(), new Failures(before.attempts() + 1, retries, this.successes, next));
		return false;
	}

	/**
	 * Failures of an entry.
	 *
	 * @param attempts how many there were
	 * @param retries how many after the first, while others succeeded
	 * @param successes how many writes had succeeded at the last one
	 * @param nextNanos when to try again, by {@link System#nanoTime}
	 */
	private record Failures(int attempts, int retries, long successes, long nextNanos) {
	}

}
