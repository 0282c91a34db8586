package io.github.redispatterns.coordination;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.PayloadPipeline;

/**
 * Answers as they are kept: one byte, <code>V</code> for a value or <code>F</code> for a
 * failure, and its encoded form.
 */
final class StoredAnswer {

	private static final byte VALUE = 'V';

	private static final byte FAILURE = 'F';

	private static final ResolvableType FAILURE_TYPE = ResolvableType.forClass(Failure.class);

	private final PayloadPipeline payloads;

	private final ResolvableType type;

	StoredAnswer(PayloadPipeline payloads, ResolvableType type) {
		this.payloads = payloads;
		this.type = type;
	}

	byte[] ofValue(String key, @Nullable Object value) {
		return marked(VALUE, this.payloads.encode(key, value, this.type));
	}

	byte[] ofFailure(String key, Throwable failure) {
		Failure stored = new Failure(failure.getClass().getName(), String.valueOf(failure.getMessage()));
		return marked(FAILURE, this.payloads.encode(key, stored, FAILURE_TYPE));
	}

	/**
	 * Answer again.
	 * @param key where the answer was
	 * @param answer its bytes
	 * @param operation the operation, for messages
	 * @return the value
	 * @throws StoredFailureException if a failure was kept
	 * @throws RedisPatternsException if the answer is not of the type any more
	 */
	@Nullable Object read(String key, byte[] answer, String operation) {
		if (answer[0] == FAILURE && decode(key, answer, FAILURE_TYPE, operation) instanceof Failure failure) {
			throw new StoredFailureException(operation, failure.type(), failure.message());
		}
		return decode(key, answer, this.type, operation);
	}

	private @Nullable Object decode(String key, byte[] answer, ResolvableType as, String operation) {
		Decoded decoded = this.payloads.decode(key, Arrays.copyOfRange(answer, 1, answer.length), as);
		if (decoded instanceof Decoded.Value value) {
			return value.value();
		}
		throw new RedisPatternsException("%s was executed before, but its answer cannot be read: %s".formatted(
				operation, (decoded instanceof Decoded.Undecodable undecodable) ? undecodable.reason() : decoded));
	}

	private static byte[] marked(byte mark, byte[] bytes) {
		return ByteBuffer.allocate(1 + bytes.length).put(mark).put(bytes).array();
	}

	/**
	 * An exception that is an answer.
	 *
	 * @param type its class
	 * @param message its message
	 */
	record Failure(String type, String message) {
	}

}
