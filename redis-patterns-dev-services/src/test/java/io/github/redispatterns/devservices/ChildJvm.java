package io.github.redispatterns.devservices;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/** A JVM of its own that runs {@link ChildApplication}, and the server it started. */
final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final List<Integer> ports;

	/** The servers and their guards. None where they run in a container. */
	private final List<ProcessHandle> children;

	private ChildJvm(ProcessBuilder builder) throws IOException {
		this.process = builder.start();
		this.ports = this.process.inputReader()
			.lines()
			.filter((line) -> line.startsWith(ChildApplication.PORTS))
			.limit(1)
			.flatMap((line) -> Stream.of(line.substring(ChildApplication.PORTS.length()).split(" ")))
			.map(Integer::valueOf)
			.toList();
		this.children = this.process.descendants().toList();
	}

	static ChildJvm start(String... options) throws IOException {
		return start(Topology.STANDALONE, options);
	}

	static ChildJvm start(Topology topology, String... options) throws IOException {
		return new ChildJvm(command(DevRedisOptions.Source.CARRIED, topology, (jar) -> true, options));
	}

	static ChildJvm startInGroupOfItsOwn() throws IOException {
		ProcessBuilder builder = command(DevRedisOptions.Source.CARRIED, Topology.STANDALONE, (jar) -> true);
		builder.command().add(0, "setsid");
		return new ChildJvm(builder);
	}

	static ChildJvm startFromAnySource(String dockerHost, Predicate<String> onClassPath) throws IOException {
		ProcessBuilder builder = command(DevRedisOptions.Source.AUTO, Topology.STANDALONE, onClassPath);
		builder.environment().put("DOCKER_HOST", dockerHost);
		return new ChildJvm(builder);
	}

	private static ProcessBuilder command(DevRedisOptions.Source source, Topology topology,
			Predicate<String> onClassPath, String... options) {
		List<String> command = new ArrayList<>(List.of(options));
		command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-cp", classPath(onClassPath), ChildApplication.class.getName(), source.name(),
				topology.name()));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
	}

	private static String classPath(Predicate<String> wanted) {
		return Stream.of(System.getProperty("java.class.path").split(":"))
			.filter(wanted)
			.collect(Collectors.joining(":"));
	}

	boolean serverAnswers() {
		return Endpoint.local(port()).answers();
	}

	boolean isListening() {
		return this.ports.stream().anyMatch(ChildJvm::isListening);
	}

	private static boolean isListening(int port) {
		try (RespClient client = Endpoint.local(port).connect()) {
			return client != null;
		}
		catch (RespException ex) {
			return false;
		}
	}

	int port() {
		return this.ports.get(0);
	}

	void signalServer(String signal) throws Exception {
		signal(signal, String.valueOf(Endpoint.local(port()).processId()));
	}

	void signalGroup(String signal) throws Exception {
		signal(signal, "-" + this.process.pid());
	}

	private static void signal(String signal, String target) throws Exception {
		Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$0\" -- \"$1\"", signal, target).start();
		assertThat(kill.waitFor()).isZero();
	}

	void end() throws IOException {
		this.process.getOutputStream().close();
	}

	void kill() {
		this.process.destroyForcibly();
	}

	void awaitEndOfServers() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.children.stream().noneMatch(ProcessHandle::isAlive));
		assertThat(isListening()).isFalse();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.children.forEach(ProcessHandle::destroyForcibly);
	}

}
