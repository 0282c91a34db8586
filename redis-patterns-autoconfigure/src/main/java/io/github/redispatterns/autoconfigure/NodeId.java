package io.github.redispatterns.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Name of this instance where other instances look.
 *
 * @param value the name
 */
public record NodeId(String value) {

	static NodeId ofProcess() {
		return new NodeId(ProcessHandle.current().pid() + "@" + host());
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
