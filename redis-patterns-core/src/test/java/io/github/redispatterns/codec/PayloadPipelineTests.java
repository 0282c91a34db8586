package io.github.redispatterns.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class PayloadPipelineTests {

	@Test
	void writesPlainJsonUnlessToldOtherwise() {
		assertThat(Pipelines.plain().encode(Pipelines.KEY, "text", Pipelines.TEXT))
			.isEqualTo(Pipelines.utf8("\"text\""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"text\"", " \"text\"", "\n\"text\"" })
	void readsPlainJson(String json) {
		assertThat(Pipelines.decode(Pipelines.plain(), Pipelines.utf8(json))).isEqualTo(new Decoded.Value("text"));
	}

	@ParameterizedTest
	@EnumSource
	void readsWhatWasWrittenUnderOtherSettings(CompressionAlgorithm algorithm) {
		PayloadPipeline compressing = Pipelines.plain().withCompression(Compression.of(algorithm));
		for (PayloadPipeline writer : List.of(Pipelines.plain(), Pipelines.plain().withCipher(Keys.CIPHER), compressing,
				compressing.withCipher(Keys.CIPHER))) {
			for (PayloadPipeline reader : settings()) {
				Pipelines.assertReadsBack(writer, reader, Pipelines.LONG);
				Pipelines.assertReadsBack(writer, reader, "short");
				Pipelines.assertReadsBack(writer, reader, null);
			}
		}
	}

	private static List<PayloadPipeline> settings() {
		PayloadPipeline encrypting = Pipelines.plain().withCipher(Keys.CIPHER);
		List<PayloadPipeline> settings = new ArrayList<>(List.of(encrypting));
		for (CompressionAlgorithm algorithm : CompressionAlgorithm.values()) {
			settings.add(encrypting.withCompression(Compression.of(algorithm)));
		}
		return settings;
	}

	@Test
	void marksValuesOfAnotherCodecThatLookMarked() {
		PayloadPipeline pipeline = PayloadPipeline.of(new Pipelines.BytesCodec());
		ResolvableType type = ResolvableType.forClass(byte[].class);
		for (int first = 0; first < 256; first++) {
			byte[] value = { (byte) first, 1, 2 };
			byte[] written = pipeline.encode(Pipelines.KEY, value, type);
			assertThat(written).hasSize((first >= 0x80 && first < 0xC0) ? 4 : 3);
			assertThat(pipeline.decode(Pipelines.KEY, written, type)).isInstanceOfSatisfying(Decoded.Value.class,
					(read) -> assertThat(read.value()).isEqualTo(value));
		}
	}

	@Test
	void readsNoLaterVersion() {
		for (int header = 0x90; header < 0xC0; header++) {
			assertThat(Pipelines.decode(Pipelines.plain(), (byte) header, (byte) '1'))
				.isEqualTo(new Decoded.Undecodable("No java.lang.String: written by a later version of this library"));
		}
		assertThat(Pipelines.decode(Pipelines.plain(), (byte) 0x87, (byte) '1'))
			.isEqualTo(new Decoded.Undecodable("No java.lang.String: compressed in unknown way 7"));
	}

	@Test
	void survivesAnyBytes() {
		PayloadPipeline pipeline = Pipelines.plain().withCipher(Keys.CIPHER).withMaxSize(10_000);
		Random random = new Random(42);
		for (int run = 0; run < 20_000; run++) {
			byte[] bytes = new byte[random.nextInt(40)];
			random.nextBytes(bytes);
			if (bytes.length > 3 && random.nextBoolean()) {
				bytes[0] = (byte) (0x80 | random.nextInt(4));
				bytes[1] = 0;
				bytes[2] = 0;
			}
			assertThat(Pipelines.decode(pipeline, bytes)).isNotNull();
		}
	}

	@Test
	void hasTheFingerprintOfItsCodec() {
		ValueCodec codec = new JsonValueCodec(JsonMapper.shared());
		assertThat(PayloadPipeline.of(codec).fingerprint(Pipelines.TEXT)).isEqualTo(codec.fingerprint(Pipelines.TEXT));
		assertThat(PayloadPipeline.of(new Pipelines.BytesCodec()).fingerprint(Pipelines.TEXT)).isZero();
	}

}
