package io.github.redispatterns.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

import com.google.crypto.tink.KeyTemplates;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.mac.MacConfig;
import com.google.crypto.tink.mac.PredefinedMacParameters;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.RedisPatternsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EncryptionTests {

	private static final String SECRET = "the seat of row A";

	private static final KeysetHandle KEYS = Keys.create();

	private final PayloadPipeline encrypting = encrypting(KEYS);

	private final byte[] written = this.encrypting.encode(Pipelines.KEY, SECRET, Pipelines.TEXT);

	@Test
	void hidesTheValue() {
		assertThat(this.written[0]).isEqualTo((byte) 0x88);
		assertThat(new String(this.written, StandardCharsets.ISO_8859_1)).doesNotContain("seat");
		Pipelines.assertReadsBack(this.encrypting, this.encrypting, SECRET);
		Pipelines.assertReadsBack(this.encrypting, this.encrypting, null);
	}

	@Test
	void compressesFirst() {
		PayloadPipeline both = this.encrypting.withCompression(Compression.of(CompressionAlgorithm.DEFLATE));
		byte[] small = both.encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT);
		assertThat(small).hasSizeLessThan(Pipelines.LONG.length() / 2);
		assertThat(small[0]).isEqualTo((byte) 0x89);
		Pipelines.assertReadsBack(both, this.encrypting, Pipelines.LONG);
	}

	@Test
	void readsNothingThatWasMovedToAnotherKey() {
		assertUndecodable(this.encrypting.decode(Pipelines.KEY + "x", this.written, Pipelines.TEXT));
	}

	@Test
	void readsNothingWithABitFlipped() {
		for (int bit = 0; bit < this.written.length * 8; bit++) {
			byte[] flipped = this.written.clone();
			flipped[bit / 8] ^= (byte) (1 << (bit % 8));
			assertUndecodable(Pipelines.decode(this.encrypting, flipped));
		}
	}

	@Test
	void readsNothingTruncated() {
		for (int length = 0; length < this.written.length; length++) {
			assertUndecodable(Pipelines.decode(this.encrypting, Arrays.copyOf(this.written, length)));
		}
	}

	@Test
	void rotatesKeys() throws GeneralSecurityException {
		PayloadPipeline rotated = encrypting(Keys.withNewPrimary(KEYS));
		Pipelines.assertReadsBack(this.encrypting, rotated, SECRET);
		Pipelines.assertReadsBack(rotated, rotated, SECRET);
		assertUndecodable(Pipelines.decode(this.encrypting, rotated.encode(Pipelines.KEY, SECRET, Pipelines.TEXT)));
	}

	@Test
	void readsNothingWithoutTheKey() {
		assertUndecodable(Pipelines.decode(encrypting(Keys.create()), this.written));
		assertThat(Pipelines.decode(Pipelines.plain(), this.written))
			.isEqualTo(new Decoded.Undecodable("No java.lang.String: encrypted, and there is no key here"));
	}

	@Test
	void readsOlderValuesInClearUnlessEncryptionIsMandatory() {
		Pipelines.assertReadsBack(Pipelines.plain(), this.encrypting, SECRET);
		PayloadPipeline mandatory = Pipelines.plain().withMandatoryCipher(TinkPayloadCipher.of(KEYS));
		Pipelines.assertReadsBack(this.encrypting, mandatory, SECRET);
		PayloadPipeline compressing = Pipelines.plain().withCompression(Compression.of(CompressionAlgorithm.DEFLATE));
		for (PayloadPipeline writer : new PayloadPipeline[] { Pipelines.plain(), compressing }) {
			assertThat(Pipelines.decode(mandatory, writer.encode(Pipelines.KEY, Pipelines.LONG, Pipelines.TEXT)))
				.isEqualTo(new Decoded.Undecodable("No java.lang.String: not encrypted"));
		}
	}

	@Test
	void saysWhenItCannotEncrypt() {
		PayloadPipeline broken = Pipelines.plain().withCipher(new BrokenCipher());
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> broken.encode(Pipelines.KEY, SECRET, Pipelines.TEXT))
			.withMessage("Cannot encrypt the value of key '%s': no key service", Pipelines.KEY);
		assertUndecodable(Pipelines.decode(broken, this.written));
	}

	@Test
	void refusesAKeysetForAnythingElse() throws GeneralSecurityException {
		MacConfig.register();
		KeysetHandle mac = KeysetHandle.generateNew(PredefinedMacParameters.HMAC_SHA256_128BITTAG);
		assertThatIllegalArgumentException().isThrownBy(() -> TinkPayloadCipher.of(mac))
			.withMessageContaining("AES256_GCM");
	}

	@Test
	void takesKeysFromTemplates() throws GeneralSecurityException {
		PayloadPipeline chacha = encrypting(KeysetHandle.generateNew(KeyTemplates.get("CHACHA20_POLY1305")));
		Pipelines.assertReadsBack(chacha, chacha, SECRET);
	}

	private static PayloadPipeline encrypting(KeysetHandle keys) {
		return Pipelines.plain().withCipher(TinkPayloadCipher.of(keys));
	}

	private static void assertUndecodable(Decoded decoded) {
		assertThat(decoded).isInstanceOf(Decoded.Undecodable.class);
	}

	private static final class BrokenCipher implements PayloadCipher {

		@Override
		public byte[] encrypt(byte[] clear, byte[] associatedData) throws GeneralSecurityException {
			throw new GeneralSecurityException("no key service");
		}

		@Override
		public byte[] decrypt(byte[] encrypted, byte[] associatedData) {
			throw new IllegalStateException("no key service");
		}

	}

}
