package io.github.redispatterns.codec;

import java.security.GeneralSecurityException;

/**
 * Authenticated encryption of values. Implementations are thread-safe and can tell by
 * themselves with which of their keys a value was encrypted.
 *
 * @see TinkPayloadCipher
 */
public interface PayloadCipher {

	/**
	 * Encrypt a value.
	 * @param clear the value
	 * @param associatedData what the value is bound to, among it the Redis key
	 * @return its encrypted form
	 * @throws GeneralSecurityException if that fails
	 */
	byte[] encrypt(byte[] clear, byte[] associatedData) throws GeneralSecurityException;

	/**
	 * Decrypt a value.
	 * @param encrypted its encrypted form
	 * @param associatedData what it was bound to
	 * @return the value
	 * @throws GeneralSecurityException if it was changed, was bound to anything else, or
	 * its key is unknown
	 */
	byte[] decrypt(byte[] encrypted, byte[] associatedData) throws GeneralSecurityException;

}
