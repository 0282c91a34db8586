package io.github.redispatterns.gateway;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;

/**
 * Lets commands of several threads leave in one system call: Lettuce flushes after each
 * command, this merges the flushes that come together. Latency of a lone command is as
 * before.
 */
public final class FlushConsolidation implements NettyCustomizer {

	@Override
	public void afterChannelInitialized(Channel channel) {
		channel.pipeline().addFirst(new GrowingFlush());
	}

}
