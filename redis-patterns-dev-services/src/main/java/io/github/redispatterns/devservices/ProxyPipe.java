package io.github.redispatterns.devservices;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Carries what one side of a {@link TcpProxy} says to the other, in order. Of the proxy's
 * thread alone.
 */
final class ProxyPipe extends ChannelInboundHandlerAdapter {

	/** Who says more than this waits, as with a full buffer of the system. */
	private static final int MOST_UNDER_WAY = 64;

	private final Channel from;

	private final Channel to;

	private final ProxyDirection direction;

	private final Deque<Parcel> underWay = new ArrayDeque<>();

	private boolean scheduled;

	ProxyPipe(Channel from, Channel to, ProxyDirection direction) {
		this.from = from;
		this.to = to;
		this.direction = direction;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object data) {
		send(new Parcel((ByteBuf) data, false, due()));
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		send(new Parcel(Unpooled.EMPTY_BUFFER, true, due()));
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		context.close();
	}

	// What was sent before arrives before, also when the delay became shorter.
	private long due() {
		Parcel last = this.underWay.peekLast();
		long due = System.nanoTime() + this.direction.delay().toNanos();
		return (last != null) ? Math.max(due, last.due) : due;
	}

	private void send(Parcel parcel) {
		this.underWay.add(parcel);
		carry();
	}

	/** Carry what may arrive now, and see to the rest later. */
	void carry() {
		Parcel next = this.underWay.peek();
		while (next != null && !this.direction.isHeld() && next.due - System.nanoTime() <= 0) {
			deliver(this.underWay.remove());
			next = this.underWay.peek();
		}
		if (next != null && !this.direction.isHeld() && !this.scheduled) {
			this.scheduled = true;
			this.to.eventLoop().schedule(this::carryDue, next.due - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		this.from.config()
			.setAutoRead(this.to.isActive() && !this.direction.isHeld() && this.underWay.size() < MOST_UNDER_WAY);
	}

	private void carryDue() {
		this.scheduled = false;
		carry();
	}

	private void deliver(Parcel parcel) {
		boolean last = this.direction.cuts(parcel.data) || parcel.last;
		if (!this.to.isActive()) {
			ReferenceCountUtil.release(parcel.data);
			this.from.close();
		}
		else if (last) {
			this.to.writeAndFlush(parcel.data).addListener(ChannelFutureListener.CLOSE);
			this.from.close();
		}
		else {
			this.to.writeAndFlush(parcel.data);
		}
	}

	/**
	 * What is on its way.
	 *
	 * @param data the bytes
	 * @param last whether the connection ends after them
	 * @param due when they arrive at the earliest, by the monotonic clock
	 */
	private record Parcel(ByteBuf data, boolean last, long due) {
	}

}
