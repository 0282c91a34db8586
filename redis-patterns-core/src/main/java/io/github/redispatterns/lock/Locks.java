package io.github.redispatterns.lock;

import java.util.Collection;
import java.util.concurrent.Executor;

import org.springframework.context.SmartLifecycle;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The locks of an application, by name.
 * <p>
 * Costs nothing until the first lock is waited for, or held for more than 20 ms: then one
 * connection (on a cluster one to each master) hears of the changes of all of them.
 */
public final class Locks implements SmartLifecycle {

	/** After the gateway, before whatever uses locks. */
	private static final int PHASE = 200;

	private final LockEngine engine;

	private final LockSettings settings;

	private volatile boolean running;

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of locks
	 * @param node what this JVM is called where others look who holds a lock
	 * @param settings of locks that are asked for without any
	 * @param executor runs listeners, and where asynchronous callers go on
	 */
	public Locks(RedisGateway gateway, KeySpace keys, String node, LockSettings settings, Executor executor) {
		this.engine = new LockEngine(gateway, keys, node, executor);
		this.settings = settings;
	}

	/**
	 * How locks are waited for and held that are asked for without settings.
	 * @return the settings
	 */
	public LockSettings settings() {
		return this.settings;
	}

	/**
	 * A lock for one holder at a time. Waiting nodes take turns; within a turn a node
	 * serves several of its callers.
	 * @param name any text
	 * @return the lock, which is not taken by this
	 */
	public NamedLock get(String name) {
		return lock(new MutexProtocol(this.engine, name, false));
	}

	/**
	 * A lock for one holder at a time, in the order in which they came, over all nodes.
	 * The same lock as {@link #get} of that name.
	 * @param name any text
	 * @return the lock, which is not taken by this
	 */
	public NamedLock fair(String name) {
		return lock(new MutexProtocol(this.engine, name, true));
	}

	/**
	 * Locks for many readers or one writer.
	 * @param name any text; these are other locks than {@link #get} of that name
	 * @return both sides, which are not taken by this
	 */
	public ReadWriteLocks readWrite(String name) {
		return new ReadWriteLocks(lock(PermitProtocol.read(this.engine, name)),
				lock(PermitProtocol.write(this.engine, name)));
	}

	/**
	 * A lock for several holders at a time, each of which has one permit for its lease.
	 * First come, first served.
	 * @param name any text; this is another lock than {@link #get} of that name
	 * @param permits how many may hold it, at least 1. Who asks with a larger or smaller
	 * number than others goes by its own
	 * @return the lock, which is not taken by this
	 */
	public NamedLock semaphore(String name, int permits) {
		return lock(PermitProtocol.semaphore(this.engine, name, permits));
	}

	/**
	 * Several locks as one: all of them or none. They are acquired one after the other,
	 * in the order of their names.
	 * @param names at least one; the same locks as {@link #get} of these names
	 * @return the lock. Its fencing token is the largest of theirs
	 */
	public NamedLock all(Collection<String> names) {
		if (names.isEmpty()) {
			throw new IllegalArgumentException("A lock of several names needs at least one");
		}
		return new JointLock(names.stream().distinct().sorted().map(this::get).toList(), this.settings);
	}

	/**
	 * The locks that this JVM has or waits for now. Redis is not asked.
	 * @return one for each lock, by name
	 */
	public Collection<LockStatus> status() {
		return this.engine.status();
	}

	/**
	 * Take the mutex or fair lock of a name away from whoever has it, on any node. The
	 * holder is told that it has lost the lock, but goes on until it looks.
	 * @param name the name of the lock
	 * @return {@code false} if nobody had it
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer
	 */
	public boolean forceRelease(String name) {
		RedisGateway redis = this.engine.gateway();
		return redis.await(new MutexProtocol(this.engine, name, false).forceRelease(redis));
	}

	LockEngine engine() {
		return this.engine;
	}

	private NamedLock lock(Protocol protocol) {
		return new GatedLock(this.engine, protocol, this.settings);
	}

	@Override
	public void start() {
		this.engine.watching().reopen();
		this.running = true;
	}

	/**
	 * Send away who waits for a lock. Locks that are held stay so until they are released
	 * or their lease ends: the work under them may still go on.
	 */
	@Override
	public void stop() {
		this.running = false;
		this.engine.watching().close();
		this.engine.sendAway();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
