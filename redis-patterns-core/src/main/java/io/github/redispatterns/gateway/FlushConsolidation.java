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

	private static final int MOST_COMMANDS_A_FLUSH = 256;

	@Override
	public void afterChannelInitialized(Channel channel) {
		channel.pipeline().addFirst(new FlushConsolidationHandler(MOST_COMMANDS_A_FLUSH, true));
	}

}
