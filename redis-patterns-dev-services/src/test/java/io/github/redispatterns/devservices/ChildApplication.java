package io.github.redispatterns.devservices;

/** A JVM that starts a server, prints its port and lives until its input ends. */
public final class ChildApplication {

	private ChildApplication() {
	}

	/**
	 * Run.
	 * @param args none
	 * @throws Exception if the server does not start
	 */
	public static void main(String[] args) throws Exception {
		RedisServer server = new CarriedSource().start();
		System.out.println(server.port());
		System.in.transferTo(System.err);
	}

}
