package io.github.redispatterns.lock;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/** The locks of an application, by name. */
public final class Locks {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int OWNER_BYTES = 16;

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final String node;

	private final LockDefaults defaults;

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of locks
	 * @param node what this JVM is called where others look who holds a lock
	 * @param defaults lease of a lock that is asked for without one
	 */
	public Locks(RedisGateway gateway, KeySpace keys, String node, LockDefaults defaults) {
		this.gateway = gateway;
		this.keys = keys;
		this.node = node;
		this.defaults = defaults;
	}

	/**
	 * A lock with the lease of this registry.
	 * @param name any text
	 * @return the lock, which is not taken by this
	 */
	public Mutex get(String name) {
		return get(name, this.defaults.lease());
	}

	/**
	 * A lock with a lease of its own.
	 * @param name any text
	 * @param lease how long one acquisition holds at most, at least 10 ms
	 * @return the lock, which is not taken by this
	 */
	public Mutex get(String name, Duration lease) {
		return new Mutex(this, name, lease);
	}

	LockDefaults defaults() {
		return this.defaults;
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	String key(String name) {
		return this.keys.key(name);
	}

	/**
	 * A fresh owner, unique for each acquisition.
	 * @return the node and 128 random bits
	 */
	String newOwner() {
		byte[] random = new byte[OWNER_BYTES];
		RANDOM.nextBytes(random);
		return this.node + "/" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
	}

}
