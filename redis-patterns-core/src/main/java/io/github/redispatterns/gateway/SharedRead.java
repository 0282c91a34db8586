package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A read whose answer many share: while it waits to be written, whoever needs it joins it
 * and sends none. So Redis reads after each of them asked, though perhaps before it does
 * what they sent, and a busy connection carries fewer reads than callers.
 * <p>
 * Thread-safe. All get the same object as answer.
 *
 * @param <T> the type of the answer
 */
public final class SharedRead<T extends @Nullable Object> {

	private static final Duration JOINABLE = Duration.ofMillis(10);

	private final Supplier<RedisCommand<byte[], byte[], T>> command;

	private final long joinableNanos;

	private volatile @Nullable Asked<T> asked;

	/**
	 * Create a read.
	 * @param command makes a new command
	 */
	public SharedRead(Supplier<RedisCommand<byte[], byte[], T>> command) {
		this(command, JOINABLE);
	}

	/**
	 * Create a read that is joined for some time.
	 * @param command makes a new command
	 * @param joinable for how long: what waits longer to be written may be lost in the
	 * driver, with all who join it
	 */
	SharedRead(Supplier<RedisCommand<byte[], byte[], T>> command, Duration joinable) {
		this.command = command;
		this.joinableNanos = joinable.toNanos();
	}

	/**
	 * Send a command, and the read with it unless there is one to join.
	 * @param command not sent before
	 * @param driver the driver's connection
	 * @param cluster whether each goes to the node of its key, which takes a write each
	 * @return the answer of the read, when there are both
	 */
	CompletionStage<T> with(RedisCommand<byte[], byte[], ?> command, StatefulConnection<byte[], byte[]> driver,
			boolean cluster) {
		AsyncCommand<byte[], byte[], ?> first = new AsyncCommand<>(command);
		Asked<T> known = this.asked;
		if (known != null && known.mayBeJoined(driver)) {
			driver.dispatch(first);
			return first.thenCompose((done) -> known);
		}
		Asked<T> own = new Asked<>(this.command.get(), driver, System.nanoTime() + this.joinableNanos);
		this.asked = own;
		if (cluster) {
			driver.dispatch(first);
			driver.dispatch(own);
		}
		else {
			driver.dispatch(List.of(first, own));
		}
		return first.thenCompose((done) -> own);
	}

	private static final class Asked<T extends @Nullable Object> extends AsyncCommand<byte[], byte[], T> {

		private final StatefulConnection<byte[], byte[]> driver;

		private final long untilNanos;

		private volatile boolean written;

		Asked(RedisCommand<byte[], byte[], T> command, StatefulConnection<byte[], byte[]> driver, long untilNanos) {
			super(command);
			this.driver = driver;
			this.untilNanos = untilNanos;
		}

		// Comes before Redis can read.
		@Override
		public void encode(ByteBuf buffer) {
			this.written = true;
			super.encode(buffer);
		}

		// What the driver has refused is done, and never was written.
		boolean mayBeJoined(StatefulConnection<byte[], byte[]> over) {
			return !this.written && this.driver == over && !isDone() && System.nanoTime() - this.untilNanos < 0;
		}

	}

}
