package io.github.redispatterns.autoconfigure.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import org.springframework.core.io.Resource;

import io.github.redispatterns.codec.PayloadCipher;
import io.github.redispatterns.codec.TinkPayloadCipher;

/** Reads a Tink keyset that lies somewhere in the clear. */
final class ClearKeyset {

	private ClearKeyset() {
	}

	static PayloadCipher read(Resource keyset) {
		try {
			String json = keyset.getContentAsString(StandardCharsets.UTF_8);
			return TinkPayloadCipher.of(TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get()));
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("The keyset cannot be read: " + ex.getMessage(), ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException(
					"This is no Tink keyset in clear JSON, as 'tinkey create-keyset --key-template AES256_GCM' makes it",
					ex);
		}
	}

}
