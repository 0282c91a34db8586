package io.github.redispatterns.benchmarks;

/**
 * The server that is measured.
 *
 * @param host its host
 * @param port its port
 */
record Target(String host, int port) {

	String url() {
		return "redis://" + this.host + ":" + this.port;
	}

}
