package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Programs to be found on a PATH. */
final class Programs {

	private Programs() {
	}

	static Path server(Path file) throws Exception {
		try (InputStream in = new CarriedSource().read()) {
			Files.copy(in, file);
		}
		return executable(file);
	}

	static Path script(Path file, String text) throws IOException {
		Files.writeString(file, "#!/bin/sh\n" + text + "\n");
		return executable(file);
	}

	private static Path executable(Path file) throws IOException {
		return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
	}

}
