package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.DedicatedConnection;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * What was invalidated, in one stream that the near caches of all nodes follow. Its
 * entries are numbered one by one. A node that was away goes on where it was; where
 * numbers are missing it forgets all that it has.
 * <p>
 * Key <code>prefix:cache-log:{log}</code>. The reader is one dedicated connection of this
 * node, opened with the first near cache, and no thread.
 */
final class InvalidationLog {

	private static final Log logger = LogFactory.getLog(InvalidationLog.class);

	private static final LuaScript<Long> APPEND = LuaScript.integer("cache/log");

	/** For how long followers wait, from when they hear of a change, until it is done. */
	static final Duration GRACE = Duration.ofSeconds(1);

	private static final int KEPT = 50_000;

	private static final int PAGE = 1_000;

	/** Fields of an entry with few names. */
	private static final int SHORT = 16;

	private static final Duration LIFE = Duration.ofDays(1);

	private static final Duration BLOCK = Duration.ofSeconds(1);

	private static final Duration RETRY = Duration.ofMillis(100);

	private final RedisGateway gateway;

	private final Executor executor;

	private final String key;

	private final byte[] keyBytes;

	private final String node = "%016x".formatted(ThreadLocalRandom.current().nextLong());

	private final Map<String, Follower> followers = new ConcurrentHashMap<>();

	private volatile @Nullable DedicatedConnection connection;

	/** From a start to its end; {@code null} while nothing is followed. */
	private volatile @Nullable Object pursuit;

	private volatile long position = -1;

	private volatile long atEndNanos = System.nanoTime();

	InvalidationLog(RedisGateway gateway, KeySpace root, Executor executor) {
		this.gateway = gateway;
		this.executor = executor;
		this.key = root.child("cache-log").key("log");
		this.keyBytes = RedisGateway.utf8(this.key);
	}

	/**
	 * Tell the other nodes.
	 * @param cache the name of the cache
	 * @param what what was invalidated
	 * @param state the state of the cache after that, or {@code null} if it did not
	 * change
	 * @param names the keys or tags
	 * @return when it is in the log
	 */
	CompletionStage<?> append(String cache, What what, @Nullable CacheState state, Collection<String> names) {
		List<Object> args = new ArrayList<>(
				List.of(KEPT, LIFE.toMillis(), this.node, cache, what.name(), (state != null) ? state.toString() : ""));
		args.addAll(names);
		return this.gateway.execute(APPEND, List.of(this.key), args.toArray());
	}

	/**
	 * Follow the invalidations of a cache from now on.
	 * @param cache the name of the cache
	 * @param follower is told
	 */
	synchronized void follow(String cache, Follower follower) {
		this.followers.put(cache, follower);
		if (this.position >= 0) {
			follower.live();
		}
		start();
	}

	/**
	 * How long ago this node was last known to have read everything.
	 * @return zero while nobody follows
	 */
	Duration lag() {
		return (this.pursuit != null) ? Duration.ofNanos(System.nanoTime() - this.atEndNanos) : Duration.ZERO;
	}

	/** Go on after {@link #stop}. */
	synchronized void start() {
		if (this.pursuit == null && !this.followers.isEmpty()) {
			Object started = new Object();
			this.pursuit = started;
			this.executor.execute(() -> connect(started));
		}
	}

	/** Close the connection; near caches are empty from then on. */
	void stop() {
		DedicatedConnection open = silence();
		if (open != null) {
			open.close();
		}
	}

	// Closing waits for the driver, which may be waiting here with an invalidation.
	private synchronized @Nullable DedicatedConnection silence() {
		this.pursuit = null;
		this.position = -1;
		this.followers.values().forEach(Follower::dead);
		DedicatedConnection open = this.connection;
		this.connection = null;
		return open;
	}

	private void connect(Object started) {
		if (started != this.pursuit) {
			return;
		}
		try {
			DedicatedConnection opened = this.gateway.open("redis-patterns-cache-log");
			tail().whenCompleteAsync((end, failure) -> {
				if (failure == null && begin(started, opened, end)) {
					read(opened);
				}
				else {
					opened.close();
					connectLater(started);
				}
			}, this.executor);
		}
		catch (RuntimeException ex) {
			logger.debug("Cannot follow the invalidations of near caches yet", ex);
			connectLater(started);
		}
	}

	private void connectLater(Object started) {
		later(() -> this.executor.execute(() -> connect(started)));
	}

	private synchronized boolean begin(Object started, DedicatedConnection opened, long end) {
		if (started != this.pursuit) {
			return false;
		}
		this.connection = opened;
		this.position = end;
		this.atEndNanos = System.nanoTime();
		this.followers.values().forEach(Follower::live);
		return true;
	}

	private void read(DedicatedConnection from) {
		if (from != this.connection) {
			return;
		}
		try {
			from.commands()
				.xread(XReadArgs.Builder.block(BLOCK).count(PAGE),
						StreamOffset.from(this.keyBytes, Math.max(0, this.position) + "-0"))
				.whenComplete((messages, failure) -> executorOf(messages).execute(() -> {
					received(from, messages, failure);
					readOn(from, failure);
				}));
		}
		catch (RuntimeException ex) {
			readOn(from, ex);
		}
	}

	// What is short is heard of at once; all else would hold up the driver.
	private Executor executorOf(@Nullable List<StreamMessage<byte[], byte[]>> messages) {
		boolean isShort = messages != null && messages.size() == 1 && messages.get(0).getBody().size() <= SHORT;
		return isShort ? Runnable::run : this.executor;
	}

	private void readOn(DedicatedConnection from, @Nullable Throwable failure) {
		if (failure != null) {
			later(() -> read(from));
		}
		else {
			read(from);
		}
	}

	private void later(Runnable action) {
		if (this.pursuit != null) {
			this.gateway.timers().after(RETRY, action);
		}
	}

	private synchronized void received(DedicatedConnection from, @Nullable List<StreamMessage<byte[], byte[]>> messages,
			@Nullable Throwable failure) {
		if (failure != null || from != this.connection) {
			return;
		}
		if (messages == null || messages.isEmpty()) {
			compareWithEnd();
			return;
		}
		try {
			messages.forEach(this::received);
		}
		catch (RuntimeException ex) {
			logger.error("An invalidation could not be read", ex);
			restart(number(messages.get(messages.size() - 1).getId()));
		}
		if (messages.size() < PAGE) {
			this.atEndNanos = System.nanoTime();
		}
	}

	private void received(StreamMessage<byte[], byte[]> message) {
		long number = number(message.getId());
		if (number != this.position + 1) {
			restart(number);
			return;
		}
		deliver(message);
		this.position = number;
	}

	private void deliver(StreamMessage<byte[], byte[]> message) {
		Entry entry = Entry.of(message.getBody());
		Follower follower = this.followers.get(entry.cache());
		if (follower != null && !entry.node().equals(this.node)) {
			follower.invalidated(entry.what(), entry.state(), entry.names());
		}
	}

	// The log may be lost, or shorter than it was, without anything to read.
	private void compareWithEnd() {
		long known = this.position;
		tail().thenAccept((end) -> compare(known, end));
	}

	private synchronized void compare(long known, long end) {
		this.atEndNanos = System.nanoTime();
		if (end < known) {
			restart(end);
		}
	}

	private synchronized void restart(long number) {
		logger.info("Invalidations between %d and %d were missed: near caches are cleared".formatted(this.position,
				number));
		this.position = number;
		this.followers.values().forEach(Follower::missed);
	}

	private CompletableFuture<Long> tail() {
		return this.gateway.command((redis) -> redis.xrevrange(this.keyBytes, Range.unbounded(), Limit.from(1)))
			.thenApply((last) -> last.isEmpty() ? 0L : number(last.get(0).getId()))
			.toCompletableFuture();
	}

	private static long number(String id) {
		return Long.parseLong(id.substring(0, id.indexOf('-')));
	}

	/** What can be invalidated. */
	enum What {

		/** Entries by their keys. */
		KEY,

		/** Entries by their tags. */
		TAG,

		/** The whole cache. */
		ALL

	}

	/** Is told what was invalidated, in order, never at the same time. */
	interface Follower {

		/**
		 * From now on nothing is missed without notice.
		 */
		void live();

		/**
		 * Another node has invalidated something, or is about to.
		 * @param what what
		 * @param state the state of the cache after that, if it changed
		 * @param names keys or tags
		 */
		void invalidated(What what, @Nullable CacheState state, List<String> names);

		/**
		 * Something was missed.
		 */
		void missed();

		/**
		 * From now on nothing is heard.
		 */
		void dead();

	}

	/**
	 * An entry of the log.
	 *
	 * @param node who wrote it
	 * @param cache the cache
	 * @param what what was invalidated
	 * @param state the state of the cache
	 * @param names keys or tags
	 */
	private record Entry(String node, String cache, What what, @Nullable CacheState state, List<String> names) {

		static Entry of(Map<byte[], byte[]> body) {
			Map<String, String> fields = new LinkedHashMap<>();
			body.forEach((field, value) -> fields.put(text(field), text(value)));
			List<String> names = fields.entrySet()
				.stream()
				.filter((field) -> field.getKey().startsWith("name"))
				.map(Map.Entry::getValue)
				.toList();
			return new Entry(fields.getOrDefault("node", ""), fields.getOrDefault("cache", ""),
					What.valueOf(fields.getOrDefault("what", "")),
					CacheState.parse(RedisGateway.utf8(fields.getOrDefault("state", ""))), names);
		}

		private static String text(byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}

	}

}
