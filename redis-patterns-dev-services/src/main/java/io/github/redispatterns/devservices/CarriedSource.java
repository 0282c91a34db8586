package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;

/**
 * The Redis 7.0.15 that the jar {@code org.signal:embedded-redis} carries for Linux and
 * macOS.
 */
final class CarriedSource implements BinarySource {

	private static final String NAME = "redis-server-7.0.15-";

	private static final String PROGRAM = "redis-server";

	private static final Map<String, String> PLATFORMS = Map.of("linux/amd64", "linux-amd64", "linux/aarch64",
			"linux-arm64", "linux/i386", "linux-386", "mac os x/x86_64", "darwin-amd64", "mac os x/aarch64",
			"darwin-arm64");

	private final String platform;

	CarriedSource() {
		this(System.getProperty("os.name") + "/" + System.getProperty("os.arch"));
	}

	CarriedSource(String platform) {
		this.platform = platform.toLowerCase(Locale.ROOT);
	}

	@Override
	public ServerBinary open() throws Unavailable {
		try (InputStream in = read()) {
			Path folder = Files.createTempDirectory("redis-patterns-");
			Path binary = folder.resolve(PROGRAM);
			Files.copy(in, binary);
			Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
			return new ServerBinary(binary, "Redis 7.0.15 carried by org.signal:embedded-redis", () -> remove(folder));
		}
		catch (IOException ex) {
			throw new Unavailable("the server cannot be written to the temporary folder: " + ex.getMessage());
		}
	}

	InputStream read() throws Unavailable {
		String name = PLATFORMS.get(this.platform);
		if (name == null) {
			throw new Unavailable(
					"org.signal:embedded-redis has a server for Linux and macOS, and none for " + this.platform);
		}
		InputStream in = CarriedSource.class.getResourceAsStream("/" + NAME + name);
		if (in == null) {
			throw new Unavailable("org.signal:embedded-redis is not on the class path");
		}
		return in;
	}

	private static void remove(Path folder) {
		try {
			Files.deleteIfExists(folder.resolve(PROGRAM));
			Files.delete(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return "carried";
	}

}
