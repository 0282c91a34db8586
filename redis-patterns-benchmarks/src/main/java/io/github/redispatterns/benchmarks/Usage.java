package io.github.redispatterns.benchmarks;

import java.util.Map;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/** Reads what the server has used so far. */
final class Usage implements AutoCloseable {

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	Usage(Target target) {
		this.client = RedisClient.create(target.url());
		this.connection = this.client.connect();
	}

	Reading read() {
		Map<String, String> info = this.connection.sync()
			.info()
			.lines()
			.filter((line) -> line.contains(":"))
			.collect(Collectors.toMap((line) -> line.split(":", 2)[0], (line) -> line.split(":", 2)[1]));
		return new Reading((number(info, "used_cpu_sys") + number(info, "used_cpu_user")) * 1e6,
				number(info, "total_commands_processed"),
				number(info, "total_net_input_bytes") + number(info, "total_net_output_bytes"));
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
	}

	private static double number(Map<String, String> info, String name) {
		return Double.parseDouble(info.getOrDefault(name, "0").strip());
	}

	/**
	 * What was used.
	 *
	 * @param redisMicros CPU time of the server's main thread and others in microseconds
	 * @param commands commands that the server ran, those inside scripts too
	 * @param bytes bytes that the server read and wrote
	 */
	record Reading(double redisMicros, double commands, double bytes) {

		Reading since(Reading before) {
			return new Reading(this.redisMicros - before.redisMicros, this.commands - before.commands,
					this.bytes - before.bytes);
		}

	}

}
