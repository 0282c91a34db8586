package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;

/**
 * A master, its replica and three sentinels, of which two decide. A master that does not
 * answer for half a second is replaced by its replica, also one that a test paused.
 */
public final class SentinelRedis extends ReplicatedRedis {

	private static final String NAME = "main";

	private static final int DATA = 2;

	private static final int SENTINELS = 3;

	private static final Duration DOWN_AFTER = Duration.ofMillis(500);

	private static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(3);

	private static final String PERIOD_MILLIS = "200";

	private final List<RedisServer> sentinels;

	private SentinelRedis(List<RedisServer> servers) {
		super(servers.subList(0, DATA));
		this.sentinels = List.copyOf(servers.subList(DATA, servers.size()));
	}

	static SentinelRedis start(DevRedisOptions options) {
		return started(DevRedis.startFrom(options, SentinelRedis::from));
	}

	private static SentinelRedis from(BinarySource source) throws RedisSource.Unavailable {
		return new SentinelRedis(LocalServers.from(source).start(DATA + SENTINELS, SentinelRedis::plan));
	}

	/**
	 * Sentinels look every ten seconds whether a former master has become a replica, and
	 * talk to each other every two. Too slow for tests.
	 */
	@Override
	void prepare() {
		this.sentinels.forEach((sentinel) -> sentinel.command("SENTINEL", "DEBUG", "INFO-PERIOD", PERIOD_MILLIS,
				"PUBLISH-PERIOD", PERIOD_MILLIS));
	}

	private static List<Launch> plan(List<Integer> ports) {
		Launch master = data(ports.get(0));
		Launch replica = data(ports.get(1), "--replicaof", Endpoint.LOOPBACK, String.valueOf(ports.get(0)));
		Stream<Launch> sentinels = ports.subList(DATA, ports.size()).stream().map((port) -> sentinel(ports, port));
		return Stream.concat(Stream.of(master, replica), sentinels).toList();
	}

	private static Launch data(int port, String... more) {
		Stream<String> replication = Stream.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
		return Launch.inMemory(port, Stream.concat(replication, Stream.of(more)).toArray(String[]::new))
			.keeping(Map.of());
	}

	// The sentinels know each other from the start: nothing has to be gossiped.
	private static Launch sentinel(List<Integer> ports, int port) {
		String others = ports.subList(DATA, ports.size())
			.stream()
			.filter((other) -> other != port)
			.map((other) -> "sentinel known-sentinel %s 127.0.0.1 %d %s\n".formatted(NAME, other, id(other)))
			.collect(Collectors.joining());
		String file = """
				bind 127.0.0.1
				port %d
				sentinel myid %s
				sentinel monitor main 127.0.0.1 %d 2
				sentinel down-after-milliseconds main %d
				sentinel failover-timeout main %d
				sentinel known-replica main 127.0.0.1 %d
				%s""".formatted(port, id(port), ports.get(0), DOWN_AFTER.toMillis(), FAILOVER_TIMEOUT.toMillis(),
				ports.get(1), others);
		return new Launch(Endpoint.local(port), List.of("sentinel.conf", "--sentinel"), Map.of("sentinel.conf", file),
				true);
	}

	private static String id(int port) {
		return "%040x".formatted(port);
	}

	@Override
	public Topology topology() {
		return Topology.SENTINEL;
	}

	/**
	 * The sentinels.
	 * @return the servers that watch the others
	 */
	public List<RedisServer> sentinels() {
		return this.sentinels;
	}

	/**
	 * The name under which the sentinels know the master.
	 * @return the name
	 */
	public String masterName() {
		return NAME;
	}

	@Override
	public Map<String, String> springProperties() {
		String nodes = this.sentinels.stream()
			.map((sentinel) -> sentinel.host() + ":" + sentinel.port())
			.collect(Collectors.joining(","));
		return Map.of("spring.data.redis.sentinel.master", NAME, "spring.data.redis.sentinel.nodes", nodes);
	}

	@Override
	RedisConfiguration configuration() {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration().master(NAME);
		this.sentinels.forEach((sentinel) -> configuration.sentinel(sentinel.host(), sentinel.port()));
		return configuration;
	}

	@Override
	Stream<RedisServer> processes() {
		return Stream.concat(servers().stream(), this.sentinels.stream());
	}

	@Override
	void changePlaces(RedisServer master, RedisServer replica) {
		Await.until(FAILOVER_TIME, replica + " is master", () -> {
			failover(this.sentinels.get(0), master);
			return hasTakenOver(replica);
		});
	}

	// A busy sentinel may give up what it has begun, and must be asked again.
	private void failover(RedisServer sentinel, RedisServer master) {
		String flags = table(sentinel.command("SENTINEL", "MASTER", NAME)).get("flags");
		if (masterSeenBy(sentinel) == master && "master".equals(flags)) {
			sentinel.command("SENTINEL", "FAILOVER", NAME);
		}
	}

	@Override
	boolean hasTakenOver(RedisServer replica) {
		return Role.of(replica).isMaster()
				&& this.sentinels.stream().allMatch((sentinel) -> masterSeenBy(sentinel) == replica);
	}

	private RedisServer masterSeenBy(RedisServer sentinel) {
		List<?> address = (List<?>) Objects
			.requireNonNull(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME));
		return at(address.get(1));
	}

	@Override
	boolean isWhole() {
		RedisServer master = masterSeenBy(this.sentinels.get(0));
		return Role.of(master).isMaster() && Role.of(other(master)).isReplicaInSyncWith(master)
				&& this.sentinels.stream().allMatch((sentinel) -> isContent(sentinel, master));
	}

	private RedisServer other(RedisServer server) {
		return servers().get((server == servers().get(0)) ? 1 : 0);
	}

	private boolean isContent(RedisServer sentinel, RedisServer master) {
		Map<String, String> seen = table(sentinel.command("SENTINEL", "MASTER", NAME));
		List<?> replicas = (List<?>) sentinel.command("SENTINEL", "REPLICAS", NAME);
		return masterSeenBy(sentinel) == master && "master".equals(seen.get("flags"))
				&& String.valueOf(SENTINELS - 1).equals(seen.get("num-other-sentinels"))
				&& String.valueOf(sentinel.command("SENTINEL", "CKQUORUM", NAME)).startsWith("OK 3 ")
				&& replicas != null && replicas.stream().map(SentinelRedis::table).allMatch(SentinelRedis::isInSync);
	}

	private static boolean isInSync(Map<String, String> replica) {
		return "slave".equals(replica.get("flags")) && "slave".equals(replica.get("role-reported"))
				&& "ok".equals(replica.get("master-link-status"));
	}

	private static Map<String, String> table(@Nullable Object reply) {
		List<?> fields = (List<?>) Objects.requireNonNull(reply);
		return IntStream.range(0, fields.size() / 2)
			.boxed()
			.collect(Collectors.toMap((i) -> (String) fields.get(2 * i), (i) -> (String) fields.get(2 * i + 1)));
	}

}
