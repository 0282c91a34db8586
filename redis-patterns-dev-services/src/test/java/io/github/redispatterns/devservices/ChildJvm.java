package io.github.redispatterns.devservices;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/** A JVM of its own that runs {@link ChildApplication}, and the server it started. */
final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final int port;

	/** Nothing where it runs in a container. */
	private final Optional<ProcessHandle> server;

	private ChildJvm(ProcessBuilder builder) throws IOException {
		this.process = builder.start();
		this.port = this.process.inputReader()
			.lines()
			.filter((line) -> line.startsWith(ChildApplication.PORT))
			.mapToInt((line) -> Integer.parseInt(line.substring(ChildApplication.PORT.length())))
			.findFirst()
			.orElseThrow();
		long id = Probe.of("127.0.0.1", this.port).processId();
		this.server = this.process.descendants().filter((child) -> child.pid() == id).findFirst();
	}

	static ChildJvm start(String... options) throws IOException {
		return new ChildJvm(command(DevRedisOptions.Source.CARRIED, (jar) -> true, options));
	}

	static ChildJvm startInGroupOfItsOwn() throws IOException {
		ProcessBuilder builder = command(DevRedisOptions.Source.CARRIED, (jar) -> true);
		builder.command().add(0, "setsid");
		return new ChildJvm(builder);
	}

	static ChildJvm startFromAnySource(String dockerHost, Predicate<String> onClassPath) throws IOException {
		ProcessBuilder builder = command(DevRedisOptions.Source.AUTO, onClassPath);
		builder.environment().put("DOCKER_HOST", dockerHost);
		return new ChildJvm(builder);
	}

	private static ProcessBuilder command(DevRedisOptions.Source source, Predicate<String> onClassPath,
			String... options) {
		List<String> command = new ArrayList<>(List.of(options));
		command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-cp", classPath(onClassPath), ChildApplication.class.getName(), source.name()));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
	}

	private static String classPath(Predicate<String> wanted) {
		return Stream.of(System.getProperty("java.class.path").split(":"))
			.filter(wanted)
			.collect(Collectors.joining(":"));
	}

	boolean serverAnswers() {
		return Probe.of("127.0.0.1", this.port).isRedis();
	}

	int port() {
		return this.port;
	}

	void signalServer(String signal) throws Exception {
		signal(signal, String.valueOf(this.server.orElseThrow().pid()));
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

	void awaitEndOfServer() {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !this.server.orElseThrow().isAlive());
		assertThat(serverAnswers()).isFalse();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.server.ifPresent(ProcessHandle::destroyForcibly);
	}

}
