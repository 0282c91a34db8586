package io.github.redispatterns.autoconfigure.codec;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.codec.Compression;
import io.github.redispatterns.codec.CompressionAlgorithm;
import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadCipher;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * {@link AutoConfiguration Auto-configuration} of how values become bytes: as JSON by the
 * application's mapper, compressed and encrypted where that is switched on.
 */
@AutoConfiguration(after = { RedisPatternsAutoConfiguration.class, JacksonAutoConfiguration.class })
@ConditionalOnBean(RedisGateway.class)
@EnableConfigurationProperties(CodecProperties.class)
public final class CodecAutoConfiguration {

	private static final String ENCRYPTION = "redis-patterns.codec.encryption.";

	private static final String KEYSET = ENCRYPTION + "keyset";

	CodecAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ValueCodec redisPatternsValueCodec(ObjectProvider<JsonMapper> mapper) {
		return new JsonValueCodec(mapper.getIfUnique(JsonMapper::shared));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(KEYSET)
	PayloadCipher redisPatternsPayloadCipher(CodecProperties properties) {
		Resource keyset = Objects.requireNonNull(properties.encryption().keyset());
		if (!ClassUtils.isPresent("com.google.crypto.tink.Aead", null)) {
			throw new InvalidConfigurationPropertyValueException(KEYSET, keyset,
					"Encryption needs com.google.crypto.tink:tink on the class path: add that dependency");
		}
		return PropertyCheck.create(KEYSET, String.valueOf(keyset), () -> ClearKeyset.read(keyset));
	}

	@Bean
	@ConditionalOnMissingBean
	PayloadPipeline redisPatternsPayloadPipeline(ValueCodec codec, CodecProperties properties,
			ObjectProvider<PayloadCipher> cipher) {
		PayloadPipeline compressed = PayloadPipeline.of(codec).withCompression(compression(properties.compression()));
		return encrypted(compressed, cipher.getIfAvailable(), properties.encryption().mandatory());
	}

	private static @Nullable Compression compression(CodecProperties.Compression properties) {
		CompressionAlgorithm algorithm = properties.algorithm();
		if (algorithm == null) {
			return null;
		}
		String property = "redis-patterns.codec.compression.";
		int threshold = PropertyCheck.create(property + "threshold", properties.threshold(),
				() -> Math.toIntExact(properties.threshold().toBytes()));
		return PropertyCheck.create(property + "algorithm", algorithm, () -> new Compression(algorithm, threshold));
	}

	private static PayloadPipeline encrypted(PayloadPipeline payloads, @Nullable PayloadCipher cipher,
			boolean mandatory) {
		if (cipher != null) {
			return mandatory ? payloads.withMandatoryCipher(cipher) : payloads.withCipher(cipher);
		}
		if (mandatory) {
			throw new InvalidConfigurationPropertyValueException(ENCRYPTION + "mandatory", true,
					"There is no key: set " + KEYSET + " or define a PayloadCipher bean");
		}
		return payloads;
	}

}
