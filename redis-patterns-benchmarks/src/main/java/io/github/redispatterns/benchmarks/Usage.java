package io.github.redispatterns.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.Collectors;

import com.sun.management.OperatingSystemMXBean;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

import io.github.redispatterns.devservices.RedisServer;

/** Reads what this JVM and the server have used so far. */
final class Usage implements AutoCloseable {

	private final OperatingSystemMXBean jvm = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	Usage(RedisServer server) {
		this.client = RedisClient.create(server.url());
		this.connection = this.client.connect();
	}

	Reading read() {
		Map<String, String> info = this.connection.sync()
			.info()
			.lines()
			.filter((line) -> line.contains(":"))
			.collect(Collectors.toMap((line) -> line.split(":", 2)[0], (line) -> line.split(":", 2)[1]));
		return new Reading(this.jvm.getProcessCpuTime() / 1e3,
				(number(info, "used_cpu_sys") + number(info, "used_cpu_user")) * 1e6,
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
	 * @param jvmMicros CPU time of this JVM in microseconds
	 * @param redisMicros CPU time of the server's main thread and others in microseconds
	 * @param commands commands that the server ran, those inside scripts too
	 * @param bytes bytes that the server read and wrote
	 */
	record Reading(double jvmMicros, double redisMicros, double commands, double bytes) {

		Reading since(Reading before) {
			return new Reading(this.jvmMicros - before.jvmMicros, this.redisMicros - before.redisMicros,
					this.commands - before.commands, this.bytes - before.bytes);
		}

	}

}
