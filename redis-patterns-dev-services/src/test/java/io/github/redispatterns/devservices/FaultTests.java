package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The same faults, wherever the server comes from. */
@ParameterizedClass
@EnumSource
class FaultTests {

	private static final Duration BOUND = Duration.ofSeconds(20);

	@Parameter
	@SuppressWarnings("NullAway.Init")
	private From from;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path folder;

	@SuppressWarnings("NullAway.Init")
	private RedisServer server;

	@SuppressWarnings("NullAway.Init")
	private RedisClient client;

	@BeforeEach
	void start() throws Exception {
		this.server = this.from.start(this.folder);
		this.client = RedisClient.create(this.server.url());
	}

	@AfterEach
	void end() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.server.close();
		assertThat(this.server.endpoint().answers()).isFalse();
	}

	@Test
	void pausedServerKeepsItsConnectionsAndAnswersLater() {
		try (StatefulRedisConnection<String, String> connection = this.client.connect()) {
			long id = connection.sync().clientId();
			this.server.pause();
			CompletionStage<Long> answer = connection.async().clientId();
			assertThat(this.server.endpoint().answers()).isFalse();
			assertThat(answer.toCompletableFuture()).isNotDone();
			this.server.resume();
			assertThat(answer.toCompletableFuture()).succeedsWithin(BOUND).isEqualTo(id);
		}
	}

	@Test
	void killedServerRefusesUntilItIsStartedAgain() {
		int port = this.server.port();
		this.server.kill();
		assertThat(this.server.isAlive()).isFalse();
		assertThatExceptionOfType(RespException.class).isThrownBy(() -> this.server.command("PING"));
		this.server.restart();
		assertThat(this.server.isAlive()).isTrue();
		assertThat(this.server.port()).isEqualTo(port);
		assertThat(this.server.command("PING")).isEqualTo("PONG");
	}

	@Test
	void restartedServerIsEmpty() {
		this.server.command("SET", "key", "value");
		this.server.restart();
		assertThat(this.server.command("GET", "key")).isNull();
	}

	@Test
	void pausedServerCanBeStartedAgain() {
		this.server.pause();
		this.server.restart();
		assertThat(this.server.command("PING")).isEqualTo("PONG");
	}

	@Test
	void lettuceFindsTheRestartedServer() {
		try (StatefulRedisConnection<String, String> connection = this.client.connect()) {
			this.server.kill();
			this.server.restart();
			Awaitility.await()
				.atMost(BOUND)
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(connection.sync().ping()).isEqualTo("PONG"));
		}
	}

	@Test
	void closesTheConnectionsOfClients() {
		try (StatefulRedisConnection<String, String> connection = this.client.connect()) {
			long id = connection.sync().clientId();
			assertThat(this.server.killClients()).isEqualTo(1);
			Awaitility.await()
				.atMost(BOUND)
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(connection.sync().clientId()).isGreaterThan(id));
		}
	}

	@Test
	void closesTheConnectionsOfSubscribersOnly() {
		try (StatefulRedisConnection<String, String> connection = this.client.connect();
				StatefulRedisPubSubConnection<String, String> subscriber = this.client.connectPubSub()) {
			long id = connection.sync().clientId();
			subscriber.sync().subscribe("news");
			assertThat(this.server.killSubscribers()).isEqualTo(1);
			assertThat(connection.sync().clientId()).isEqualTo(id);
			Awaitility.await()
				.atMost(BOUND)
				.untilAsserted(() -> assertThat(this.server.command("PUBLISH", "news", "back")).isEqualTo(1L));
		}
	}

	@Test
	void forgetsScripts() {
		String sha = String.valueOf(this.server.command("SCRIPT", "LOAD", "return 1"));
		this.server.flushScripts();
		assertThatExceptionOfType(RespException.class).isThrownBy(() -> this.server.command("EVALSHA", sha, "0"))
			.withMessageStartingWith("NOSCRIPT");
	}

	/** Where a server comes from. */
	enum From {

		CARRIED {

			@Override
			RedisServer start(Path folder) throws RedisSource.Unavailable {
				return new CarriedSource().start();
			}

		},

		PATH {

			@Override
			RedisServer start(Path folder) throws Exception {
				Programs.server(folder.resolve("redis-server"));
				return new PathSource(folder.toString()).start();
			}

		},

		/** What runs in a container, without one. */
		CONTAINER {

			@Override
			RedisServer start(Path folder) throws Exception {
				Programs.server(folder.resolve("redis-server"));
				int port = Ports.free(1).get(0);
				Process loop = sh(folder, ShellLoop.script(folder.toString(), port));
				Endpoint endpoint = Endpoint.local(port);
				ShellLoop life = new ShellLoop(folder.toString(), endpoint, (script) -> run(folder, script),
						() -> end(folder, loop));
				Awaitility.await().atMost(BOUND).until(endpoint::answers);
				return new RedisServer("loop", endpoint, life);
			}

		};

		abstract RedisServer start(Path folder) throws Exception;

		private static Process sh(Path folder, String script) throws IOException {
			ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
			builder.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
			return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
		}

		private static void run(Path folder, String script) {
			try {
				sh(folder, script).onExit().join();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static void end(Path folder, Process loop) {
			run(folder, "touch %s/down".formatted(folder));
			loop.descendants().forEach(ProcessHandle::destroyForcibly);
			loop.destroyForcibly().onExit().join();
		}

	}

}
