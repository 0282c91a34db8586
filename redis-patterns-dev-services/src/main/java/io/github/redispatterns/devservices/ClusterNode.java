package io.github.redispatterns.devservices;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node as some node of a cluster sees it.
 *
 * @param id the node's id
 * @param port where it listens for clients
 * @param flags such as {@code master}, {@code slave} or {@code master,fail}
 * @param master the id of a replica's master, else {@code -}
 * @param link {@code connected} or {@code disconnected}
 * @param slots ranges of slots
 */
record ClusterNode(String id, int port, String flags, String master, String link, List<String> slots) {

	private static final Set<String> HEALTHY = Set.of("master", "slave");

	static Set<ClusterNode> seenBy(RedisServer server) {
		return String.valueOf(server.command("CLUSTER", "NODES"))
			.lines()
			.map(ClusterNode::parse)
			.collect(Collectors.toSet());
	}

	// A line: id, address, flags, master, two times, epoch, link, slots.
	private static ClusterNode parse(String line) {
		List<String> fields = Arrays.asList(line.split(" "));
		String port = fields.get(1).replaceAll(".*:(\\d+)@.*", "$1");
		return new ClusterNode(fields.get(0), Integer.parseInt(port), fields.get(2).replace("myself,", ""),
				fields.get(3), fields.get(7), List.copyOf(fields.subList(8, fields.size())));
	}

	boolean isHealthy() {
		return HEALTHY.contains(this.flags) && "connected".equals(this.link);
	}

	boolean has(long slot) {
		return this.slots.stream()
			.filter((range) -> range.matches("[0-9-]+"))
			.anyMatch((range) -> contains(range, slot));
	}

	private static boolean contains(String range, long slot) {
		String[] ends = range.split("-", -1);
		return Long.parseLong(ends[0]) <= slot && slot <= Long.parseLong(ends[ends.length - 1]);
	}

}
