package io.github.redispatterns.devservices;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The {@code redis-server} or {@code valkey-server} that is installed. */
final class PathSource implements BinarySource {

	private final String path;

	PathSource() {
		this(Optional.ofNullable(System.getenv("PATH")).orElse(""));
	}

	PathSource(String path) {
		this.path = path;
	}

	@Override
	public ServerBinary open() throws Unavailable {
		Path binary = find("redis-server").or(() -> find("valkey-server"))
			.orElseThrow(() -> new Unavailable("neither redis-server nor valkey-server is on it"));
		return new ServerBinary(binary, binary.getFileName() + " on the PATH (" + binary + ")", () -> {
		});
	}

	private Optional<Path> find(String name) {
		return Stream.of(this.path.split(File.pathSeparator))
			.filter((folder) -> !folder.isBlank())
			.map((folder) -> new File(folder, name))
			.filter((file) -> file.isFile() && file.canExecute())
			.map(File::toPath)
			.findFirst();
	}

	@Override
	public String toString() {
		return "PATH";
	}

}
