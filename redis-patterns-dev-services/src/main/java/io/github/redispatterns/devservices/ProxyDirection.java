package io.github.redispatterns.devservices;

import java.time.Duration;

import io.netty.buffer.ByteBuf;

/** What a {@link TcpProxy} does to what goes one way. Of the proxy's thread alone. */
final class ProxyDirection {

	private static final long NEVER = -1;

	private Duration delay = Duration.ZERO;

	private boolean held;

	private long cutAfter = NEVER;

	void delay(Duration delay) {
		this.delay = delay;
	}

	Duration delay() {
		return this.delay;
	}

	void hold(boolean held) {
		this.held = held;
	}

	boolean isHeld() {
		return this.held;
	}

	void cutAfter(long bytes) {
		this.cutAfter = bytes;
	}

	/**
	 * Shorten data to what may pass.
	 * @param data the data
	 * @return whether the connection ends after it
	 */
	boolean cuts(ByteBuf data) {
		if (this.cutAfter == NEVER) {
			return false;
		}
		if (data.readableBytes() < this.cutAfter) {
			this.cutAfter -= data.readableBytes();
			return false;
		}
		data.writerIndex(data.readerIndex() + (int) this.cutAfter);
		this.cutAfter = NEVER;
		return true;
	}

	void restore() {
		this.delay = Duration.ZERO;
		this.held = false;
		this.cutAfter = NEVER;
	}

}
