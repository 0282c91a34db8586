package io.github.redispatterns.lock;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/** What all locks of a registry share. */
final class LockEngine {

	/** Locks that one registry has or waits for at a time. */
	static final int MOST_LOCKS = 100_000;

	private static final int RANDOM_BYTES = 16;

	private final RedisGateway gateway;

	private final RedisGateway insistent;

	private final KeySpace keys;

	private final String random;

	private final String node;

	private final String id;

	private final byte[] encodedId;

	private final Executor executor;

	private final Watching watching;

	private final AtomicLong acquisitions = new AtomicLong();

	private final AtomicLong highestToken = new AtomicLong();

	private final Map<String, Gate> gates = new ConcurrentHashMap<>();

	private final Map<String, Tenure> tenures = new ConcurrentHashMap<>();

	LockEngine(RedisGateway gateway, KeySpace keys, String node, Executor executor) {
		this(gateway, keys, node, executor, new Watching(gateway));
	}

	private LockEngine(RedisGateway gateway, KeySpace keys, String node, Executor executor, Watching watching) {
		this.gateway = gateway;
		this.insistent = gateway.pastBreaker();
		this.keys = keys;
		this.node = node;
		this.executor = executor;
		this.random = random();
		this.id = this.random + "/" + node;
		this.encodedId = RedisGateway.utf8(this.id);
		this.watching = watching;
	}

	/**
	 * Where changes of locks are not heard of.
	 * @param gateway for the clock
	 * @param keys the key space of locks
	 * @param node what this JVM is called
	 * @param executor runs what is not ours
	 * @return the engine
	 */
	static LockEngine unwatched(RedisGateway gateway, KeySpace keys, String node, Executor executor) {
		Watching never = new Watching(gateway);
		never.close();
		return new LockEngine(gateway, keys, node, executor, never);
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	/**
	 * For what must be tried in any case: to keep a lock, and to give it back.
	 * @return the gateway past its breaker
	 */
	RedisGateway insistent() {
		return this.insistent;
	}

	Watching watching() {
		return this.watching;
	}

	/**
	 * Runs what is not ours.
	 * @return where listeners run and asynchronous callers go on
	 */
	Executor executor() {
		return this.executor;
	}

	String key(String name) {
		return this.keys.key(name);
	}

	/**
	 * Name of this registry among all that ever were.
	 * @return 128 random bits and the node
	 */
	String id() {
		return this.id;
	}

	byte[] encodedId() {
		return this.encodedId;
	}

	/**
	 * A fresh owner, unique for each acquisition.
	 * @return this registry and a number
	 */
	String newOwner() {
		return this.random + "." + this.acquisitions.incrementAndGet() + "/" + this.node;
	}

	static String nodeOf(String owner) {
		return owner.substring(owner.indexOf('/') + 1);
	}

	/**
	 * The highest token that this node has seen of any lock: asking with it keeps tokens
	 * growing even if Redis has lost them and its clock has gone back.
	 * @return 0 at first
	 */
	long highestToken() {
		return this.highestToken.get();
	}

	void seen(long token) {
		if (token > this.highestToken.get()) {
			this.highestToken.accumulateAndGet(token, Math::max);
		}
	}

	/**
	 * Let a caller in where the others of this JVM wait for the same lock.
	 * @param protocol the lock
	 * @param waiter the caller
	 */
	void enter(Protocol protocol, Waiter waiter) {
		if (this.gates.size() >= MOST_LOCKS) {
			throw new RedisPatternsException(
					"This JVM has or waits for %d locks already: use fewer, or release them".formatted(MOST_LOCKS));
		}
		boolean in = false;
		while (!in) {
			Gate gate = this.gates.computeIfAbsent(protocol.id(), (id) -> new Gate(this, protocol));
			in = gate.enter(waiter);
		}
	}

	void held(Tenure tenure) {
		this.tenures.put(tenure.owner(), tenure);
	}

	void ended(Tenure tenure) {
		this.tenures.remove(tenure.owner(), tenure);
	}

	/**
	 * What this JVM has and waits for.
	 * @return by lock
	 */
	Collection<LockStatus> status() {
		return Stream.concat(this.tenures.values().stream().map(Tenure::status), waiting())
			.collect(Collectors.toMap(LockStatus::lock, Function.identity(), LockStatus::plus, TreeMap::new))
			.values();
	}

	void sendAway() {
		this.gates.values().forEach(Gate::sendAway);
	}

	private Stream<LockStatus> waiting() {
		return this.gates.values().stream().map(Gate::status).filter((status) -> status.waiting() > 0);
	}

	/**
	 * Gates that are open.
	 * @return for tests: none where nothing is held or waited for
	 */
	int gates() {
		return this.gates.size();
	}

	void remove(Gate gate, Protocol protocol) {
		this.gates.remove(protocol.id(), gate);
	}

	private static String random() {
		byte[] random = new byte[RANDOM_BYTES];
		new SecureRandom().nextBytes(random);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
	}

}
