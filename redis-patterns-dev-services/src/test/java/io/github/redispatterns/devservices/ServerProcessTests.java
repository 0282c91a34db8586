package io.github.redispatterns.devservices;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path folder;

	@ParameterizedTest
	@EnumSource
	void leavesNothingWhenItsJvmIsKilled(Topology topology) throws Exception {
		try (ChildJvm jvm = ChildJvm.start(topology, "-Djava.io.tmpdir=" + this.folder)) {
			assertThat(jvm.isListening()).isTrue();
			jvm.kill();
			jvm.awaitEndOfServers();
			assertThat(this.folder).isEmptyDirectory();
		}
	}

	@Test
	void endsWhenItsJvmEnds() throws Exception {
		try (ChildJvm jvm = ChildJvm.start()) {
			jvm.end();
			jvm.awaitEndOfServers();
		}
	}

	@Test
	void endsWhenItsJvmIsKilledEvenIfItIsStopped() throws Exception {
		try (ChildJvm jvm = ChildJvm.start()) {
			jvm.signalServer("STOP");
			jvm.kill();
			jvm.awaitEndOfServers();
		}
	}

	@Test
	void endsWhenItsJvmIsKilledEvenIfAScriptRuns() throws Exception {
		try (ChildJvm jvm = ChildJvm.start(); Socket client = new Socket("127.0.0.1", jvm.port())) {
			client.getOutputStream().write("EVAL \"while true do end\" 0\r\n".getBytes(StandardCharsets.US_ASCII));
			jvm.kill();
			jvm.awaitEndOfServers();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void endsWhenTheWholeGroupOfItsJvmIsKilled() throws Exception {
		try (ChildJvm jvm = ChildJvm.startInGroupOfItsOwn()) {
			jvm.signalGroup("KILL");
			jvm.awaitEndOfServers();
		}
	}

	@Test
	void leavesNoFilesBehind() throws Exception {
		try (ChildJvm jvm = ChildJvm.start("-Djava.io.tmpdir=" + this.folder)) {
			assertThat(jvm.serverAnswers()).isTrue();
			assertThat(this.folder).isEmptyDirectory();
		}
	}

	@Test
	void takesAnotherPortWhereAnotherServerWasFaster() throws Exception {
		BinarySource source = source(Programs.server(this.folder.resolve("redis-server")));
		try (RedisServer faster = source.start();
				RedisServer slower = new LocalServers(source, firstTry(faster.port()), LIMIT).start()) {
			assertThat(slower.port()).isNotEqualTo(faster.port());
			assertThat(slower.endpoint().answers()).isTrue();
		}
	}

	@Test
	void saysWhatAProgramPrintedBeforeItEnded() throws Exception {
		Path broken = Programs.script(this.folder.resolve("broken"), "echo out of luck; exit 1");
		assertThatExceptionOfType(RedisSource.Unavailable.class).isThrownBy(() -> source(broken).start())
			.withMessageContaining("ended: out of luck");
	}

	@Test
	void endsAProgramThatDoesNotAnswer() throws Exception {
		Path pids = this.folder.resolve("pids");
		Path silent = Programs.script(this.folder.resolve("silent"), "echo $$ >> " + pids + "; exec sleep 600");
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> new LocalServers(source(silent), Ports::free, Duration.ofSeconds(1)).start())
			.withMessageContaining("did not answer (limit 1 s)");
		assertThat(Files.readAllLines(pids)).hasSize(1)
			.noneMatch((pid) -> ProcessHandle.of(Long.parseLong(pid)).isPresent());
	}

	@Test
	void endsAProgramWhoseStartIsInterrupted() throws Exception {
		Path pids = this.folder.resolve("pids");
		Path silent = Programs.script(this.folder.resolve("silent"), "echo $$ >> " + pids + "; exec sleep 600");
		Thread starter = new Thread(() -> assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> source(silent).start()));
		starter.start();
		Awaitility.await().until(() -> Files.exists(pids) && Files.size(pids) > 1);
		ProcessHandle program = ProcessHandle.of(Long.parseLong(Files.readString(pids).strip())).orElseThrow();
		starter.interrupt();
		assertThat(program.onExit()).succeedsWithin(Duration.ofSeconds(5));
	}

	private static BinarySource source(Path binary) {
		return () -> new ServerBinary(binary, "a program", () -> {
		});
	}

	private static IntFunction<List<Integer>> firstTry(int port) {
		Iterator<Integer> first = List.of(port).iterator();
		return (count) -> first.hasNext() ? List.of(first.next()) : Ports.free(count);
	}

}
