package io.github.redispatterns.devservices;

import java.io.OutputStream;
import java.util.stream.Collectors;

/** A JVM that starts servers, prints their ports and lives until its input ends. */
public final class ChildApplication {

	static final String PORTS = "ports ";

	private ChildApplication() {
	}

	/**
	 * Run.
	 * @param args the source of the servers, and their topology
	 * @throws Exception if the servers do not start
	 */
	public static void main(String[] args) throws Exception {
		DevRedisOptions.Source source = DevRedisOptions.Source.valueOf(args[0]);
		RedisTopology redis = Topology.valueOf(args[1]).start(DevRedisOptions.ofDefaults().withSource(source));
		System.out
			.println(PORTS + redis.processes().map((server) -> "" + server.port()).collect(Collectors.joining(" ")));
		System.in.transferTo(OutputStream.nullOutputStream());
	}

}
