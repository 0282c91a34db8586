package io.github.redispatterns.autoconfigure.codec;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

import io.github.redispatterns.codec.CompressionAlgorithm;

/**
 * Settings of how values become bytes.
 *
 * @param compression how big values are compressed
 * @param encryption how values are encrypted
 */
@ConfigurationProperties("redis-patterns.codec")
public record CodecProperties(@DefaultValue Compression compression, @DefaultValue Encryption encryption) {

	/**
	 * Settings of compression.
	 *
	 * @param algorithm how to compress (default: not at all)
	 * @param threshold size from which on a value is compressed
	 */
	public record Compression(@Nullable CompressionAlgorithm algorithm, @DefaultValue("1KB") DataSize threshold) {
	}

	/**
	 * Settings of encryption.
	 *
	 * @param keyset where a Tink keyset in clear JSON lies, such as
	 * file:/run/secrets/keyset.json (default: no encryption, unless there is a
	 * PayloadCipher bean)
	 * @param mandatory whether values that are not encrypted count as unreadable
	 */
	public record Encryption(@Nullable Resource keyset, boolean mandatory) {
	}

}
