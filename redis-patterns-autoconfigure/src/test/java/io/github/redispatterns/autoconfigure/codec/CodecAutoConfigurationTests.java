package io.github.redispatterns.autoconfigure.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadCipher;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.codec.ValueCodec;

import static org.assertj.core.api.Assertions.assertThat;

class CodecAutoConfigurationTests {

	private static final ResolvableType TEXT = ResolvableType.forClass(String.class);

	private static final String LONG = "many a word ".repeat(1000);

	private final ApplicationContextRunner contexts = Contexts.plain();

	@Test
	void writesPlainJsonUnlessToldOtherwise() {
		this.contexts.run((context) -> assertThat(written(context)).asString().isEqualTo('"' + LONG + '"'));
	}

	@Test
	void compressesByProperty() {
		this.contexts.withPropertyValues("redis-patterns.codec.compression.algorithm=deflate").run((context) -> {
			assertThat(written(context)).hasSizeLessThan(LONG.length() / 10);
			assertThat(readBack(context)).isEqualTo(new Decoded.Value(LONG));
		});
	}

	@Test
	void compressesNothingBelowTheThreshold() {
		this.contexts
			.withPropertyValues("redis-patterns.codec.compression.algorithm=deflate",
					"redis-patterns.codec.compression.threshold=1MB")
			.run((context) -> assertThat(written(context)).asString().isEqualTo('"' + LONG + '"'));
	}

	@Test
	void encryptsWithAKeysetByProperty(@TempDir Path folder) throws GeneralSecurityException, IOException {
		this.contexts.withPropertyValues("redis-patterns.codec.encryption.keyset=file:" + keyset(folder))
			.run((context) -> {
				assertThat(context).hasSingleBean(PayloadCipher.class);
				assertThat(written(context)).asString().doesNotContain("many a word");
				assertThat(readBack(context)).isEqualTo(new Decoded.Value(LONG));
			});
	}

	@Test
	void readsNothingInClearWhereEncryptionIsMandatory(@TempDir Path folder)
			throws GeneralSecurityException, IOException {
		this.contexts
			.withPropertyValues("redis-patterns.codec.encryption.keyset=file:" + keyset(folder),
					"redis-patterns.codec.encryption.mandatory=true")
			.run((context) -> assertThat(
					payloads(context).decode("key", context.getBean(ValueCodec.class).encode(LONG, TEXT), TEXT))
				.isInstanceOf(Decoded.Undecodable.class));
	}

	@Test
	void namesTheMissingLibrary(@TempDir Path folder) throws GeneralSecurityException, IOException {
		this.contexts.withClassLoader(new FilteredClassLoader("com.google.crypto.tink"))
			.withPropertyValues("redis-patterns.codec.encryption.keyset=file:" + keyset(folder))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("com.google.crypto.tink:tink"));
	}

	@Test
	void backsOff() {
		PayloadPipeline mine = PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared()));
		this.contexts.withBean(PayloadPipeline.class, () -> mine)
			.run((context) -> assertThat(context.getBean(PayloadPipeline.class)).isSameAs(mine));
	}

	private static byte[] written(ApplicationContext context) {
		return payloads(context).encode("key", LONG, TEXT);
	}

	private static Decoded readBack(ApplicationContext context) {
		return payloads(context).decode("key", written(context), TEXT);
	}

	private static PayloadPipeline payloads(ApplicationContext context) {
		return context.getBean(PayloadPipeline.class);
	}

	private static Path keyset(Path folder) throws GeneralSecurityException, IOException {
		AeadConfig.register();
		KeysetHandle keys = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
		return Files.writeString(folder.resolve("keyset.json"),
				TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get()));
	}

}
