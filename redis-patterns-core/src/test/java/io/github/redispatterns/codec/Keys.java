package io.github.redispatterns.codec;

import java.security.GeneralSecurityException;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;

/** Keysets for tests. */
final class Keys {

	static final PayloadCipher CIPHER = TinkPayloadCipher.of(create());

	private Keys() {
	}

	static KeysetHandle create() {
		try {
			AeadConfig.register();
			return KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static KeysetHandle withNewPrimary(KeysetHandle keys) throws GeneralSecurityException {
		return KeysetHandle.newBuilder(keys)
			.addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES128_GCM)
				.withRandomId()
				.makePrimary())
			.build();
	}

}
