package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The life of a server that a shell starts again and again, such as in a container: there
 * the server can be killed and comes back on the same port, and its container stays.
 */
final class ShellLoop implements ServerLife {

	private static final Duration START_TIME = Duration.ofSeconds(10);

	private static final String LOOP = """
			cd %s
			while :; do
				while [ -e down ]; do sleep 0.1; done
				redis-server --port %d --save '' --appendonly no &
				echo $! >server
				wait $!
			done
			""";

	private static final String SIGNAL = "cd %s && kill -%s $(cat server)";

	private final String directory;

	private final Endpoint endpoint;

	private final Consumer<String> shell;

	private final Runnable end;

	private boolean alive = true;

	private boolean paused;

	/**
	 * The life of a server.
	 * @param directory where the loop keeps its notes
	 * @param endpoint where the server is reached
	 * @param shell runs a script beside the loop and waits for its end
	 * @param end ends all
	 */
	ShellLoop(String directory, Endpoint endpoint, Consumer<String> shell, Runnable end) {
		this.directory = directory;
		this.endpoint = endpoint;
		this.shell = shell;
		this.end = end;
	}

	/**
	 * The loop.
	 * @param directory where it keeps its notes
	 * @param port where the server listens
	 * @return a script that does not end
	 */
	static String script(String directory, int port) {
		return LOOP.formatted(directory, port);
	}

	@Override
	public synchronized void pause() {
		signal("STOP");
		this.paused = true;
	}

	@Override
	public synchronized void resume() {
		if (this.paused) {
			signal("CONT");
			this.paused = false;
		}
	}

	@Override
	public synchronized void kill() {
		if (this.alive) {
			this.shell.accept("touch %s/down".formatted(this.directory));
			signal("KILL");
			this.alive = false;
			this.paused = false;
		}
	}

	@Override
	public synchronized void restart() {
		kill();
		this.shell.accept("rm %s/down".formatted(this.directory));
		Await.until(START_TIME, "the server answers again", this.endpoint::answers);
		this.alive = true;
	}

	private void signal(String name) {
		this.shell.accept(SIGNAL.formatted(this.directory, name));
	}

	@Override
	public synchronized void stop() {
		this.end.run();
	}

	@Override
	public synchronized boolean isAlive() {
		return this.alive;
	}

}
