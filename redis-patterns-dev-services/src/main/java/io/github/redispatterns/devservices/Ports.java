package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free ports. They lie below those that systems give to outgoing connections: a server
 * that is started again finds its port as free as it left it, and no client that
 * reconnects meanwhile reaches itself.
 */
final class Ports {

	private static final int FIRST = 16384;

	private static final int LAST = 32767;

	private Ports() {
	}

	/**
	 * Ports that nobody listens on now.
	 * @param count how many
	 * @return as many different ports
	 */
	static List<Integer> free(int count) {
		IntStream candidates = ThreadLocalRandom.current().ints(FIRST, LAST + 1);
		return candidates.distinct().limit(LAST - FIRST).filter(Ports::isFree).limit(count).boxed().toList();
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
