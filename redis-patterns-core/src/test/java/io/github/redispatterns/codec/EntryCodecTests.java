package io.github.redispatterns.codec;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

class EntryCodecTests {

	private static final EntryMetadata METADATA = new EntryMetadata(1, 2, 3, 4, Map.of("seats", 5L));

	private static final ResolvableType SEATS = ResolvableType.forClassWithGenerics(List.class, Seat.class);

	private final EntryCodec codec = new EntryCodec(
			Pipelines.plain().withCompression(Compression.of(CompressionAlgorithm.DEFLATE)).withCipher(Keys.CIPHER));

	@Test
	void readsBackAnEntry() {
		List<Seat> seats = List.of(new Seat("A1", new BigDecimal("12.50")), new Seat("A".repeat(5000), BigDecimal.ONE));
		byte[] bytes = this.codec.encode(Pipelines.KEY, METADATA, seats, SEATS);
		assertThat(this.codec.decode(Pipelines.KEY, bytes, SEATS)).isEqualTo(new Decoded.Value(seats));
		assertThat(Envelope.read(bytes)).map(Envelope::metadata).hasValue(METADATA);
		assertThat(this.codec.decode("other", bytes, SEATS)).isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void tellsNullFromEmpty() {
		ResolvableType type = ResolvableType.forClassWithGenerics(Optional.class, String.class);
		assertThat(decode(this.codec.encode(Pipelines.KEY, METADATA, null, type), type))
			.isEqualTo(new Decoded.Value(null));
		assertThat(decode(this.codec.encode(Pipelines.KEY, METADATA, Optional.empty(), type), type))
			.isEqualTo(new Decoded.Value(Optional.empty()));
	}

	@Test
	void letsOldAndNewClassesRunSideBySide() {
		ResolvableType before = ResolvableType.forClass(Seat.class);
		ResolvableType after = ResolvableType.forClass(NewSeat.class);
		byte[] written = this.codec.encode(Pipelines.KEY, METADATA, new Seat("A1", BigDecimal.TEN), before);
		assertThat(decode(written, after)).isInstanceOf(Decoded.Undecodable.class);
		assertThat(decode(written, ResolvableType.forClass(MovedSeat.class)))
			.isEqualTo(new Decoded.Value(new MovedSeat(BigDecimal.TEN, "A1")));
		byte[] none = this.codec.encode(Pipelines.KEY, METADATA, null, before);
		assertThat(decode(none, after)).isInstanceOf(Decoded.Undecodable.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{\"label\":\"A1\"}", "\u00f9" })
	void readsNothingElse(String bytes) {
		assertThat(decode(Pipelines.utf8(bytes), SEATS)).isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void survivesATypeWithoutShape() {
		byte[] written = Envelope.of(METADATA, 0, new byte[0]).toBytes();
		assertThat(decode(written, ResolvableType.NONE)).isInstanceOf(Decoded.Undecodable.class);
		assertThat(decode(written, ResolvableType.forClass(Contradictory.class)))
			.isInstanceOf(Decoded.Undecodable.class);
	}

	private Decoded decode(byte[] bytes, ResolvableType type) {
		return this.codec.decode(Pipelines.KEY, bytes, type);
	}

	record Seat(String label, BigDecimal price) {
	}

	record MovedSeat(BigDecimal price, String label) {
	}

	record NewSeat(String label, BigDecimal price, boolean free) {
	}

	/** Jackson cannot choose between two getters. */
	interface Contradictory {

		boolean isFree();

		boolean getFree();

	}

}
