package io.github.redispatterns.cache;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.cache.WriteQueue.Write;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Brings writes that wait to their source, together where that works and else one by one.
 * Not for several threads at once.
 */
final class WriteBatches {

	/** After so many failures in a row the rest need not be tried, too. */
	private static final int ENOUGH_FAILURES = 5;

	private static final Log logger = LogFactory.getLog(WriteBatches.class);

	private final String cache;

	private final RedisGateway gateway;

	private final WriteQueue queue;

	private final String token;

	private final WriteRetries retries;

	private final BooleanSupplier claimed;

	private int fruitless;

	private volatile @Nullable String lastFailure;

	WriteBatches(String cache, RedisGateway gateway, WriteQueue queue, String token, WriteRetries retries,
			BooleanSupplier claimed) {
		this.cache = cache;
		this.gateway = gateway;
		this.queue = queue;
		this.token = token;
		this.retries = retries;
		this.claimed = claimed;
	}

	/**
	 * How many batches of new writes have failed as a whole, one after the other.
	 * @return 0 while the source takes writes
	 */
	int fruitless() {
		return this.fruitless;
	}

	@Nullable String lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Do writes.
	 * @param batch at least one, those that failed least first
	 * @return whether any was done
	 */
	boolean write(List<Write> batch) {
		boolean isNew = this.retries.attempts(batch.get(0)) == 0;
		long before = this.retries.successes();
		Set<Write> done = together(batch);
		Map<Write, String> failed = oneByOne(batch, done);
		if (!done.isEmpty()) {
			this.gateway.await(this.queue.done(this.token, "", done));
			this.retries.succeeded(done);
			this.fruitless = 0;
		}
		else if (isNew) {
			this.fruitless++;
		}
		failed.forEach((write, reason) -> failed(write, reason, before));
		return !done.isEmpty();
	}

	private Set<Write> together(List<Write> batch) {
		List<Write> puts = batch.stream().filter(Write::isPut).toList();
		if (puts.size() > 1) {
			try {
				this.queue.writeAll(puts);
				return new HashSet<>(puts);
			}
			catch (Throwable ex) {
				logger.debug("A batch of cache '%s' failed and is written one by one".formatted(this.cache), ex);
			}
		}
		return new HashSet<>();
	}

	private Map<Write, String> oneByOne(List<Write> batch, Set<Write> done) {
		Map<Write, String> failed = new LinkedHashMap<>();
		for (Write write : batch) {
			boolean isDown = done.isEmpty() && failed.size() == ENOUGH_FAILURES;
			if (!isDown && !done.contains(write) && this.claimed.getAsBoolean()) {
				String failure = tryOne(write);
				if (failure == null) {
					done.add(write);
				}
				else {
					failed.put(write, failure);
				}
			}
		}
		return failed;
	}

	// Also what is no Exception is the failure of one write, and no reason to end the
	// rest.
	private @Nullable String tryOne(Write write) {
		try {
			this.queue.write(write);
			return null;
		}
		catch (Throwable ex) {
			logger.debug("A write of cache '%s' failed".formatted(this.cache), ex);
			this.lastFailure = ex.toString();
			return ex.toString();
		}
	}

	private void failed(Write write, String reason, long successesBefore) {
		if (this.retries.failed(write, successesBefore)) {
			logger
				.error("A write of cache '%s' for key %s is given up: %s".formatted(this.cache, write.entry(), reason));
			this.gateway.await(this.queue.done(this.token, reason, List.of(write)));
		}
	}

}
