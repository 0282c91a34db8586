package io.github.redispatterns.devservices;

/** What can happen to a server, whatever it runs in. */
interface ServerLife {

	/** Freeze it: its connections stay and nothing answers. */
	void pause();

	/** Let it go on, if it is paused. */
	void resume();

	/** Kill it at once. */
	void kill();

	/** Start it anew where it was, killed or not, and wait until it answers. */
	void restart();

	/** End it for good. */
	void stop();

	/**
	 * Whether it runs.
	 * @return {@code true} for a paused one too
	 */
	boolean isAlive();

}
