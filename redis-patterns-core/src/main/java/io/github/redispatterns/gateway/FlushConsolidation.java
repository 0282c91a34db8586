package io.github.redispatterns.gateway;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Lets commands of several threads leave in one system call: Lettuce flushes after each
 * command, this merges the flushes that come together. Latency of a lone command is as
 * before.
 */
public final class FlushConsolidation implements NettyCustomizer {

	/** So few that Redis works on the first ones while the rest is still written. */
	private static final int MOST_COMMANDS_A_FLUSH = 8;

	@Override
	public void afterChannelInitialized(Channel channel) {
		channel.pipeline().addFirst(new FlushConsolidationHandler(MOST_COMMANDS_A_FLUSH, true));
	}

}
