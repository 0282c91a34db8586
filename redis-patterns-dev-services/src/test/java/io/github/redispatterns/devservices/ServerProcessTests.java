package io.github.redispatterns.devservices;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntSupplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path folder;

	@Test
	void endsWhenItsJvmIsKilled() throws Exception {
		try (ChildJvm jvm = ChildJvm.start()) {
			assertThat(jvm.serverAnswers()).isTrue();
			jvm.kill();
			jvm.awaitEndOfServer();
		}
	}

	@Test
	void endsWhenItsJvmEnds() throws Exception {
		try (ChildJvm jvm = ChildJvm.start()) {
			jvm.end();
			jvm.awaitEndOfServer();
		}
	}

	@Test
	void endsWhenItsJvmIsKilledEvenIfItIsStopped() throws Exception {
		try (ChildJvm jvm = ChildJvm.start()) {
			jvm.signalServer("STOP");
			jvm.kill();
			jvm.awaitEndOfServer();
		}
	}

	@Test
	void endsWhenItsJvmIsKilledEvenIfAScriptRuns() throws Exception {
		try (ChildJvm jvm = ChildJvm.start(); Socket client = new Socket("127.0.0.1", jvm.port())) {
			client.getOutputStream().write("EVAL \"while true do end\" 0\r\n".getBytes(StandardCharsets.US_ASCII));
			jvm.kill();
			jvm.awaitEndOfServer();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void endsWhenTheWholeGroupOfItsJvmIsKilled() throws Exception {
		try (ChildJvm jvm = ChildJvm.startInGroupOfItsOwn()) {
			jvm.signalGroup("KILL");
			jvm.awaitEndOfServer();
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
		Path binary = Programs.server(this.folder.resolve("redis-server"));
		try (RedisServer faster = ServerProcess.start(binary, "faster");
				RedisServer slower = ServerProcess.start(binary, "slower", firstTry(faster.port()), LIMIT)) {
			assertThat(slower.port()).isNotEqualTo(faster.port());
			assertThat(Probe.of(slower).isRedis()).isTrue();
		}
	}

	@Test
	void saysWhatAProgramPrintedBeforeItEnded() throws Exception {
		Path broken = Programs.script(this.folder.resolve("broken"), "echo out of luck; exit 1");
		assertThatExceptionOfType(RedisSource.Unavailable.class).isThrownBy(() -> ServerProcess.start(broken, "broken"))
			.withMessageContaining("ended: out of luck");
	}

	@Test
	void endsAProgramThatDoesNotAnswer() throws Exception {
		Path pids = this.folder.resolve("pids");
		Path silent = Programs.script(this.folder.resolve("silent"), "echo $$ >> " + pids + "; exec sleep 600");
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> ServerProcess.start(silent, "silent", ServerProcess::freePort, Duration.ofSeconds(1)))
			.withMessageContaining("did not answer (limit 1 s)");
		assertThat(Files.readAllLines(pids)).hasSize(1)
			.noneMatch((pid) -> ProcessHandle.of(Long.parseLong(pid)).isPresent());
	}

	@Test
	void endsAProgramWhoseStartIsInterrupted() throws Exception {
		Path pids = this.folder.resolve("pids");
		Path silent = Programs.script(this.folder.resolve("silent"), "echo $$ >> " + pids + "; exec sleep 600");
		Thread starter = new Thread(() -> assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> ServerProcess.start(silent, "silent")));
		starter.start();
		Awaitility.await().until(() -> Files.exists(pids) && Files.size(pids) > 1);
		starter.interrupt();
		ProcessHandle program = ProcessHandle.of(Long.parseLong(Files.readString(pids).strip())).orElseThrow();
		assertThat(program.onExit()).succeedsWithin(Duration.ofSeconds(5));
	}

	private static IntSupplier firstTry(int port) {
		Iterator<Integer> first = List.of(port).iterator();
		return () -> first.hasNext() ? first.next() : ServerProcess.freePort();
	}

}
