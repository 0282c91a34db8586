package io.github.redispatterns.devservices;

import java.io.OutputStream;

/** A JVM that starts a server, prints its port and lives until its input ends. */
public final class ChildApplication {

	static final String PORT = "port ";

	private ChildApplication() {
	}

	/**
	 * Run.
	 * @param args the source of the server
	 * @throws Exception if the server does not start
	 */
	public static void main(String[] args) throws Exception {
		DevRedisOptions.Source source = DevRedisOptions.Source.valueOf(args[0]);
		RedisServer server = DevRedis.start(DevRedisOptions.ofDefaults().withSource(source));
		System.out.println(PORT + server.port());
		System.in.transferTo(OutputStream.nullOutputStream());
	}

}
