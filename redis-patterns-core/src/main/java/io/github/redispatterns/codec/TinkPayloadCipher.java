package io.github.redispatterns.codec;

import java.security.GeneralSecurityException;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;

/**
 * Encryption with Google Tink ({@code com.google.crypto.tink:tink}). The primary key of a
 * keyset encrypts, all its keys decrypt, and the id of the key stands in front of each
 * value. To rotate: add a key to every node's keyset, then make it the primary, and
 * remove the old one when no value is left that it encrypted.
 */
public final class TinkPayloadCipher implements PayloadCipher {

	private final Aead aead;

	/**
	 * Create a cipher.
	 * @param aead the primitive, from wherever the application gets its keys
	 */
	public TinkPayloadCipher(Aead aead) {
		this.aead = aead;
	}

	/**
	 * Create a cipher from a keyset, and register Tink's AEAD key types for it.
	 * @param keyset keys for AEAD
	 * @return the cipher
	 * @throws IllegalArgumentException if the keyset is for anything else
	 */
	public static TinkPayloadCipher of(KeysetHandle keyset) {
		try {
			AeadConfig.register();
			return new TinkPayloadCipher(keyset.getPrimitive(RegistryConfiguration.get(), Aead.class));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException(
					"The keyset gives no AEAD: generate its keys from a template such as AES256_GCM", ex);
		}
	}

	@Override
	public byte[] encrypt(byte[] clear, byte[] associatedData) throws GeneralSecurityException {
		return this.aead.encrypt(clear, associatedData);
	}

	@Override
	public byte[] decrypt(byte[] encrypted, byte[] associatedData) throws GeneralSecurityException {
		return this.aead.decrypt(encrypted, associatedData);
	}

}
