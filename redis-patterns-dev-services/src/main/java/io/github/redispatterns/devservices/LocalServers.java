package io.github.redispatterns.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Starts servers side by side.
 *
 * @param source where the program comes from
 * @param ports finds as many free ports as asked for
 * @param limit how long to wait for the servers at most
 */
record LocalServers(BinarySource source, IntFunction<List<Integer>> ports, Duration limit) {

	private static final Duration START_TIME = Duration.ofSeconds(10);

	private static final int TRIES = 3;

	static LocalServers from(BinarySource source) {
		return new LocalServers(source, Ports::free, START_TIME);
	}

	/**
	 * Start one server.
	 * @return the server
	 * @throws RedisSource.Unavailable if it does not answer; then it is ended
	 */
	RedisServer start() throws RedisSource.Unavailable {
		return start(1, (free) -> List.of(Launch.inMemory(free.get(0)))).get(0);
	}

	/**
	 * Start servers and wait until each answers.
	 * @param count how many ports they need
	 * @param plan what to start on these ports
	 * @return the servers, in the order of the plan
	 * @throws RedisSource.Unavailable if one does not answer; then none is left
	 */
	List<RedisServer> start(int count, Function<List<Integer>, List<Launch>> plan) throws RedisSource.Unavailable {
		try (ServerBinary binary = this.source.open()) {
			for (int attempt = 1; true; attempt++) {
				List<ServerProcess> processes = launch(binary, plan.apply(this.ports.apply(count)));
				Optional<ServerProcess> failed = firstWithoutAnswer(processes);
				if (failed.isEmpty()) {
					return processes.stream().map((process) -> server(binary, process)).toList();
				}
				boolean ended = !failed.get().isAlive();
				String log = failed.get().log();
				processes.forEach(ServerProcess::stop);
				// Another process may have taken a port between looking and listening.
				if (!ended || attempt == TRIES) {
					throw new RedisSource.Unavailable(binary.path() + (ended ? " ended: " : noAnswer()) + log);
				}
			}
		}
	}

	private String noAnswer() {
		return " did not answer (limit " + this.limit.toSeconds() + " s): ";
	}

	private static List<ServerProcess> launch(ServerBinary binary, List<Launch> launches)
			throws RedisSource.Unavailable {
		List<ServerProcess> processes = new ArrayList<>();
		try {
			for (Launch launch : launches) {
				processes.add(new ServerProcess(binary.path(), launch));
			}
			return processes;
		}
		catch (IOException ex) {
			processes.forEach(ServerProcess::stop);
			throw new RedisSource.Unavailable(binary.path() + " did not start: " + ex.getMessage());
		}
	}

	private Optional<ServerProcess> firstWithoutAnswer(List<ServerProcess> processes) {
		return processes.stream().filter((process) -> !process.awaitAnswer(this.limit)).findFirst();
	}

	private RedisServer server(ServerBinary binary, ServerProcess process) {
		return new RedisServer(binary.description(), process.launch().endpoint(), new LocalServer(this, process));
	}

	/**
	 * Start a server again as it was started.
	 * @param launch what it was started with
	 * @return the server, which answers
	 * @throws IllegalStateException if it does not
	 */
	ServerProcess startAgain(Launch launch) {
		try (ServerBinary binary = this.source.open()) {
			ServerProcess process = launch(binary, List.of(launch)).get(0);
			if (!process.awaitAnswer(this.limit)) {
				String log = process.log();
				process.stop();
				throw new IllegalStateException(binary.path() + " did not start again: " + log);
			}
			return process;
		}
		catch (RedisSource.Unavailable ex) {
			throw new IllegalStateException("The server did not start again: " + ex.getMessage(), ex);
		}
	}

}
