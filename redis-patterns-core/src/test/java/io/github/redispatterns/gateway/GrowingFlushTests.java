package io.github.redispatterns.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GrowingFlushTests {

	private final List<Integer> groups = new ArrayList<>();

	@Test
	void sendsALoneCommandAtOnce() {
		EmbeddedChannel channel = channel((context) -> {
		});
		channel.writeOneOutbound("command");
		channel.flushOutbound();
		assertThat(this.groups).containsExactly(1);
	}

	@Test
	void sendsABurstInGrowingGroups() {
		EmbeddedChannel channel = channel((context) -> {
			for (int i = 0; i < 200; i++) {
				context.writeAndFlush("command");
			}
		});
		channel.writeInbound("replies");
		assertThat(this.groups).containsExactly(4, 8, 16, 32, 64, 64, 12);
	}

	@Test
	void beginsEachBurstSmall() {
		EmbeddedChannel channel = channel((context) -> {
			for (int i = 0; i < 12; i++) {
				context.writeAndFlush("command");
			}
		});
		channel.writeInbound("replies");
		channel.writeInbound("replies");
		assertThat(this.groups).containsExactly(4, 8, 4, 8);
	}

	@Test
	void leavesNothingBehindWhenTheConnectionIsClosed() {
		EmbeddedChannel channel = channel((context) -> {
			context.writeAndFlush("command");
			context.close();
		});
		channel.writeInbound("replies");
		assertThat(this.groups).containsExactly(1);
	}

	@Test
	void leavesNothingBehindWhenAReplyCannotBeRead() {
		EmbeddedChannel channel = channel((context) -> {
			context.writeAndFlush("command");
			context.pipeline().fireExceptionCaught(new IllegalStateException("unreadable"));
			assertThat(this.groups).containsExactly(1);
		});
		channel.writeInbound("replies");
	}

	private EmbeddedChannel channel(Consumer<ChannelHandlerContext> onReplies) {
		return new EmbeddedChannel(new Groups(), new GrowingFlush(), new ChannelInboundHandlerAdapter() {

			@Override
			public void channelRead(ChannelHandlerContext ctx, Object message) {
				onReplies.accept(ctx);
			}

			@Override
			public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
				// It is on purpose.
			}

		});
	}

	/** Counts what leaves together. */
	private final class Groups extends ChannelOutboundHandlerAdapter {

		private int written;

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			this.written++;
			ctx.write(message, promise);
		}

		@Override
		public void flush(ChannelHandlerContext ctx) {
			GrowingFlushTests.this.groups.add(this.written);
			this.written = 0;
			ctx.flush();
		}

	}

}
