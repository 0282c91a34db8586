package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;

/**
 * A cluster of three masters with a replica each. A master that does not answer for two
 * seconds is replaced by its replica, also one that a test paused.
 */
public final class RedisCluster extends ReplicatedRedis {

	private static final int MASTERS = 3;

	private static final int NODES = 2 * MASTERS;

	private static final int SLOTS = 16384;

	private static final Duration NODE_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration ELECTION_TIME = Duration.ofSeconds(2);

	/** One of each master's slots. */
	private static final List<String> PROBES = List.of("{a}", "{b}", "{c}");

	private RedisCluster(List<RedisServer> servers) {
		super(servers);
	}

	static RedisCluster start(DevRedisOptions options) {
		RedisCluster cluster = started(DevRedis.startFrom(options, RedisCluster::from));
		PROBES.forEach(cluster::write);
		return cluster;
	}

	private static RedisCluster from(BinarySource source) throws RedisSource.Unavailable {
		return new RedisCluster(LocalServers.from(source).start(2 * NODES, RedisCluster::plan));
	}

	// The nodes know each other from the start: nothing has to be gossiped.
	private static List<Launch> plan(List<Integer> ports) {
		return IntStream.range(0, NODES).mapToObj((node) -> launch(ports, node)).toList();
	}

	private static Launch launch(List<Integer> ports, int node) {
		return Launch.inMemory(ports.get(node), "--cluster-enabled", "yes", "--cluster-port",
				String.valueOf(ports.get(NODES + node)), "--cluster-config-file", "nodes.conf",
				"--cluster-node-timeout", String.valueOf(NODE_TIMEOUT.toMillis()), "--cluster-replica-validity-factor",
				"0", "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0")
			.keeping(Map.of("nodes.conf", nodes(ports, node)));
	}

	private static String nodes(List<Integer> ports, int myself) {
		List<String> lines = new ArrayList<>();
		for (int node = 0; node < NODES; node++) {
			lines.add(line(ports, node, (node == myself) ? "myself," : ""));
		}
		lines.add("vars currentEpoch " + MASTERS + " lastVoteEpoch 0\n");
		return String.join("\n", lines);
	}

	private static String line(List<Integer> ports, int node, String flag) {
		int master = node % MASTERS;
		String address = id(ports.get(node)) + " " + Endpoint.LOOPBACK + ":" + ports.get(node) + "@"
				+ ports.get(NODES + node);
		String epoch = " 0 0 " + (master + 1) + " connected";
		if (node >= MASTERS) {
			return address + " " + flag + "slave " + id(ports.get(master)) + epoch;
		}
		return address + " " + flag + "master -" + epoch + " " + (SLOTS * master / MASTERS) + "-"
				+ (SLOTS * (master + 1) / MASTERS - 1);
	}

	private static String id(int port) {
		return "%040x".formatted(port);
	}

	private void write(String key) {
		masterOf(key).command("SET", "redis-patterns:" + key, "ready", "PX", "1");
	}

	@Override
	public Topology topology() {
		return Topology.CLUSTER;
	}

	@Override
	public RedisServer masterOf(String key) {
		return servers().stream()
			.filter(RedisServer::isAlive)
			.flatMap((server) -> owner(server, key))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No master for " + key));
	}

	private Stream<RedisServer> owner(RedisServer asked, String key) {
		try {
			long slot = ((Number) Objects.requireNonNull(asked.command("CLUSTER", "KEYSLOT", key))).longValue();
			return ClusterNode.seenBy(asked).stream().filter((node) -> node.has(slot)).map((node) -> at(node.port()));
		}
		catch (RespException ex) {
			return Stream.empty();
		}
	}

	@Override
	public Map<String, String> springProperties() {
		return Map.of("spring.data.redis.cluster.nodes", String.join(",", addresses()));
	}

	private List<String> addresses() {
		return servers().stream().map((server) -> server.host() + ":" + server.port()).toList();
	}

	@Override
	RedisConfiguration configuration() {
		return new RedisClusterConfiguration(addresses());
	}

	/**
	 * A node that wins an election takes the votes for new ones for some seconds (seen
	 * with Redis 7.0), and then loses what it won to its master. So it is asked again.
	 */
	@Override
	void changePlaces(RedisServer master, RedisServer replica) {
		Await.until(FAILOVER_TIME, replica + " is master", () -> {
			if (!Role.of(replica).isMaster()) {
				replica.command("CLUSTER", "FAILOVER");
			}
			return Await.until(ELECTION_TIME, () -> Role.of(master).isReplicaOf(replica));
		});
	}

	@Override
	boolean hasTakenOver(RedisServer replica) {
		return Role.of(replica).isMaster()
				&& servers().stream().filter(RedisServer::isAlive).allMatch(RedisCluster::isServing);
	}

	private static boolean isServing(RedisServer server) {
		return String.valueOf(server.command("CLUSTER", "INFO")).contains("cluster_state:ok");
	}

	@Override
	boolean isWhole() {
		Set<Set<ClusterNode>> views = servers().stream().map(ClusterNode::seenBy).collect(Collectors.toSet());
		return views.size() == 1 && views.iterator().next().stream().allMatch(ClusterNode::isHealthy)
				&& servers().stream().allMatch((server) -> isServing(server) && Role.of(server).isSettled());
	}

}
