package io.github.redispatterns.gateway;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Merges the flushes of a burst: of commands that are sent while replies are read, or in
 * one run of the event loop. The first few leave early, so that Redis works on them while
 * the rest is written; each further group is twice as large.
 *
 * @see io.netty.handler.flush.FlushConsolidationHandler
 */
final class GrowingFlush extends ChannelDuplexHandler {

	static final int FIRST_GROUP = 4;

	static final int LARGEST_GROUP = 64;

	private int group = FIRST_GROUP;

	private int waiting;

	private boolean reading;

	private boolean scheduled;

	@Override
	public void flush(ChannelHandlerContext ctx) {
		this.waiting++;
		if (this.waiting >= this.group) {
			this.group = Math.min(2 * this.group, LARGEST_GROUP);
			flushWaiting(ctx);
		}
		else if (!this.reading && !this.scheduled) {
			this.scheduled = true;
			ctx.executor().execute(() -> afterRun(ctx));
		}
	}

	private void afterRun(ChannelHandlerContext ctx) {
		this.scheduled = false;
		if (!this.reading) {
			endBurst(ctx);
		}
	}

	private void endBurst(ChannelHandlerContext ctx) {
		this.group = FIRST_GROUP;
		flushWaiting(ctx);
	}

	private void flushWaiting(ChannelHandlerContext ctx) {
		if (this.waiting > 0) {
			this.waiting = 0;
			ctx.flush();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.reading = true;
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.reading = false;
		endBurst(ctx);
		ctx.fireChannelReadComplete();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.reading = false;
		endBurst(ctx);
		ctx.fireExceptionCaught(cause);
	}

	// What can take no more must get rid of what it has.
	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		if (!ctx.channel().isWritable()) {
			flushWaiting(ctx);
		}
		ctx.fireChannelWritabilityChanged();
	}

	@Override
	public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
		endBurst(ctx);
		ctx.disconnect(promise);
	}

	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		endBurst(ctx);
		ctx.close(promise);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		endBurst(ctx);
	}

}
