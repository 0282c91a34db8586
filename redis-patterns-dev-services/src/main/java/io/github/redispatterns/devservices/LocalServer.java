package io.github.redispatterns.devservices;

/** The life of a server that is a child process. */
final class LocalServer implements ServerLife {

	private final LocalServers servers;

	private ServerProcess process;

	private boolean paused;

	LocalServer(LocalServers servers, ServerProcess process) {
		this.servers = servers;
		this.process = process;
	}

	@Override
	public synchronized void pause() {
		this.process.signal("STOP");
		this.paused = true;
	}

	@Override
	public synchronized void resume() {
		if (this.paused) {
			this.process.signal("CONT");
			this.paused = false;
		}
	}

	@Override
	public synchronized void kill() {
		this.process.kill();
		this.paused = false;
	}

	@Override
	public synchronized void restart() {
		this.process.stop();
		this.process = this.servers.startAgain(this.process.launch());
		this.paused = false;
	}

	@Override
	public synchronized void stop() {
		this.process.stop();
	}

	@Override
	public synchronized boolean isAlive() {
		return this.process.isAlive();
	}

}
