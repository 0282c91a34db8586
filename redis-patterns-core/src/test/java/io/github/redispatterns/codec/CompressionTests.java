package io.github.redispatterns.codec;

import java.io.File;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CompressionTests {

	private static final ResolvableType BYTES = ResolvableType.forClass(byte[].class);

	@ParameterizedTest
	@EnumSource
	void shrinksWhatIsLong(CompressionAlgorithm algorithm) {
		byte[] written = compressing(algorithm).encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT);
		assertThat(written).hasSizeLessThan(Pipelines.LONG.length() * 3 / 4);
		assertThat(written[0]).isEqualTo((byte) (0x80 | algorithm.id()));
		Pipelines.assertReadsBack(compressing(algorithm), Pipelines.plain(), Pipelines.LONG);
	}

	@ParameterizedTest
	@EnumSource
	void leavesShortValuesAlone(CompressionAlgorithm algorithm) {
		String longest = "a".repeat(Compression.DEFAULT_THRESHOLD - 3);
		PayloadPipeline pipeline = compressing(algorithm);
		assertThat(pipeline.encode(Pipelines.KEY, longest, Pipelines.TEXT)).isEqualTo(json(longest));
		assertThat(pipeline.encode(Pipelines.KEY, longest + "a", Pipelines.TEXT)).hasSizeLessThan(100);
	}

	@ParameterizedTest
	@EnumSource
	void leavesAloneWhatShrinksByLessThanATenth(CompressionAlgorithm algorithm) {
		Compression compression = new Compression(algorithm, 0);
		byte[] noise = noise(10_000);
		for (int zeros = 0; zeros <= noise.length; zeros += 250) {
			Arrays.fill(noise, 0, zeros, (byte) 0);
			byte[] compressed = compression.compress(noise);
			int size = Integer.BYTES + algorithm.compressor().compress(noise).length;
			assertThat(compressed != null).as("%d bytes for %d", size, noise.length).isEqualTo(size <= 9000);
		}
		assertThat(compression.compress(new byte[0])).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void readsBackBytesOfAnyKind(CompressionAlgorithm algorithm) {
		PayloadPipeline pipeline = PayloadPipeline.of(new Pipelines.BytesCodec())
			.withCompression(new Compression(algorithm, 0));
		Random random = new Random(42);
		for (int run = 0; run < 500; run++) {
			byte[] value = new byte[random.nextInt(5000)];
			random.nextBytes(value);
			Arrays.fill(value, random.nextInt(value.length + 1), value.length, (byte) random.nextInt());
			Decoded decoded = pipeline.decode(Pipelines.KEY, pipeline.encode(Pipelines.KEY, value, BYTES), BYTES);
			assertThat(decoded).isInstanceOfSatisfying(Decoded.Value.class,
					(read) -> assertThat(read.value()).isEqualTo(value));
		}
	}

	@ParameterizedTest
	@EnumSource
	void inflatesNothingBeyondTheMaximum(CompressionAlgorithm algorithm) {
		byte[] bomb = compressing(algorithm).encode(Pipelines.KEY, "a".repeat(100_000), Pipelines.TEXT);
		assertThat(Pipelines.decode(Pipelines.plain().withMaxSize(100_002), bomb)).isInstanceOf(Decoded.Value.class);
		assertThat(Pipelines.decode(Pipelines.plain().withMaxSize(100_001), bomb))
			.isEqualTo(new Decoded.Undecodable("No java.lang.String: declares 100002 bytes, the maximum is 100001"));
	}

	@ParameterizedTest
	@EnumSource
	void inflatesNothingBeyondTheDeclaredSize(CompressionAlgorithm algorithm) {
		byte[] bomb = compressing(algorithm).encode(Pipelines.KEY, "a".repeat(100_000), Pipelines.TEXT);
		for (int lie : new int[] { 0, 10, 100_001, 100_003, 1_000_000, -1, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			ByteBuffer.wrap(bomb).putInt(1, lie);
			assertThat(Pipelines.decode(Pipelines.plain(), bomb)).isInstanceOf(Decoded.Undecodable.class);
		}
	}

	@ParameterizedTest
	@EnumSource
	void writesRawWhatItCouldNotInflate(CompressionAlgorithm algorithm) {
		PayloadPipeline small = compressing(algorithm).withMaxSize(2000);
		assertThat(small.encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT)).isEqualTo(json(Pipelines.LONG));
		Pipelines.assertReadsBack(small, small, Pipelines.LONG);
	}

	@ParameterizedTest
	@EnumSource
	void survivesDamage(CompressionAlgorithm algorithm) {
		byte[] whole = compressing(algorithm).encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT);
		for (int length = 1; length < whole.length; length += 7) {
			assertThat(Pipelines.decode(Pipelines.plain(), Arrays.copyOf(whole, length)))
				.isInstanceOf(Decoded.Undecodable.class);
		}
		Random random = new Random(42);
		for (int run = 0; run < 5000; run++) {
			byte[] damaged = whole.clone();
			damaged[5 + random.nextInt(whole.length - 5)] ^= (byte) (1 << random.nextInt(8));
			assertThat(Pipelines.decode(Pipelines.plain(), damaged)).isNotNull();
		}
	}

	@Test
	void isRefusedBelowZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Compression(CompressionAlgorithm.DEFLATE, -1))
			.withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> Pipelines.plain().withMaxSize(-1))
			.withMessageContaining("-1");
	}

	@Test
	void worksWithoutTheOptionalLibraries() throws Exception {
		byte[] zstd = compressing(CompressionAlgorithm.ZSTD).encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT);
		try (URLClassLoader bare = new URLClassLoader(classPathWithoutLibraries(),
				ClassLoader.getPlatformClassLoader())) {
			Constructor<?> application = bare.loadClass(BareApplication.class.getName())
				.getDeclaredConstructor(byte[].class);
			application.setAccessible(true);
			assertThat(((Supplier<?>) application.newInstance(zstd)).get()).isEqualTo("fine");
		}
	}

	private static URL[] classPathWithoutLibraries() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.matches(".*(zstd-jni|lz4-java|tink)[^/]*"))
			.map(CompressionTests::url)
			.toArray(URL[]::new);
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static PayloadPipeline compressing(CompressionAlgorithm algorithm) {
		return Pipelines.plain().withCompression(Compression.of(algorithm));
	}

	private static byte[] json(String text) {
		return Pipelines.utf8("\"" + text + "\"");
	}

	private static byte[] noise(int size) {
		byte[] noise = new byte[size];
		new Random(42).nextBytes(noise);
		return noise;
	}

	/** Runs where only the JDK's compression is there. */
	static final class BareApplication implements Supplier<String> {

		private final byte[] zstd;

		BareApplication(byte[] zstd) {
			this.zstd = zstd;
		}

		@Override
		public String get() {
			assertThat(CompressionAlgorithm.values()).filteredOn(CompressionAlgorithm::isAvailable)
				.containsExactly(CompressionAlgorithm.DEFLATE);
			PayloadPipeline pipeline = compressing(CompressionAlgorithm.DEFLATE);
			Pipelines.assertReadsBack(pipeline, pipeline, Pipelines.LONG);
			assertThat(Pipelines.decode(pipeline, this.zstd)).isEqualTo(new Decoded.Undecodable(
					"No java.lang.String: compressed with ZSTD, whose library is missing here"));
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> Compression.of(CompressionAlgorithm.LZ4))
				.withMessage("Compression with LZ4 needs at.yawk.lz4:lz4-java on the class path:"
						+ " add that dependency, or choose DEFLATE");
			return "fine";
		}

	}

}
