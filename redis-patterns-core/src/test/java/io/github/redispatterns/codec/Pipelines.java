package io.github.redispatterns.codec;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests of payloads have in common. */
final class Pipelines {

	static final ResolvableType TEXT = ResolvableType.forClass(String.class);

	static final String KEY = "shop:cache:seats:{42}";

	/** Compresses well. */
	static final String LONG = IntStream.range(0, 2000)
		.mapToObj((number) -> "seat " + number)
		.collect(Collectors.joining(","));

	private Pipelines() {
	}

	static PayloadPipeline plain() {
		return PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared()));
	}

	static Decoded decode(PayloadPipeline pipeline, byte... bytes) {
		return pipeline.decode(KEY, bytes, TEXT);
	}

	static void assertReadsBack(PayloadPipeline writer, PayloadPipeline reader, @Nullable String value) {
		assertThat(reader.decode(KEY, writer.encode(KEY, value, TEXT), TEXT)).isEqualTo(new Decoded.Value(value));
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** A codec of the application's own, whose bytes may begin with anything. */
	static final class BytesCodec implements ValueCodec {

		@Override
		public byte[] encode(@Nullable Object value, ResolvableType type) {
			return (value != null) ? (byte[]) value : new byte[0];
		}

		@Override
		public Decoded decode(byte[] bytes, ResolvableType type) {
			return new Decoded.Value(bytes);
		}

	}

}
