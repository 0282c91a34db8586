package io.github.redispatterns.devservices;

import java.nio.file.Path;

/**
 * A program that can be started until this is closed. What was started needs it no more.
 *
 * @param path the program
 * @param description where it comes from
 * @param release called when it is no longer needed
 */
record ServerBinary(Path path, String description, Runnable release) implements AutoCloseable {

	@Override
	public void close() {
		this.release.run();
	}

}
