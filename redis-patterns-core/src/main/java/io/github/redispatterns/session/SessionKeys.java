package io.github.redispatterns.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import io.github.redispatterns.key.KeySpace;

/**
 * Keys of sessions. A session id is a password; the key is made of its SHA-256, the
 * handle, which may be shown and logged.
 *
 * @param space the key space of sessions
 */
record SessionKeys(KeySpace space) {

	String session(String handle) {
		return this.space.key(handle);
	}

	String user(String user) {
		return this.space.child("user").key(user);
	}

	static String handle(String sessionId) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(sessionId.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
