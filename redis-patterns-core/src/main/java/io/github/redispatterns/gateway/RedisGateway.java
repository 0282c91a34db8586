package io.github.redispatterns.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.RedisCommand;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/**
 * Sends scripts and commands over the connection that Spring Data Redis shares between
 * all its users, asynchronously; {@link #await} is the blocking form. The connection is
 * made at the first use and given back when the application context stops.
 * <p>
 * Every call ends within its deadline, whatever the driver's own timeout is; the first
 * calls, which wait for the connection, have 5 seconds more. While Redis does not answer,
 * the {@link Breaker} lets calls fail at once.
 * <p>
 * Thread-safe. Calls from one thread reach one Redis node in the order they were sent in,
 * but for a script whose text the server did not know: it comes a round trip later. Never
 * send a blocking command ({@code BLPOP}, {@code WAIT}, ...) through here: the connection
 * is everybody's.
 */
public final class RedisGateway implements SmartLifecycle {

	/** Deadline of a call unless configured otherwise. */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(500);

	/** What the first calls have more, while the connection is made. */
	private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

	private static final int PHASE = 100;

	private static final String DRIVER_THREADS = "lettuce-";

	private final LettuceConnectionFactory connectionFactory;

	private final SharedConnection shared;

	private final Route route;

	private final Duration timeout;

	private final Timers timers;

	private final Breaker breaker;

	private final FormerMaster formerMaster;

	private final Set<DedicatedConnection> dedicated;

	private final Observations observations;

	private final boolean insistent;

	private final boolean waiting;

	private volatile boolean running;

	private volatile @Nullable CompletionStage<Capabilities> capabilities;

	/**
	 * Create a gateway.
	 * @param connectionFactory the factory whose server and shared connection are used
	 * @param timeout deadline of a call, positive
	 * @param timers the clock of the library
	 */
	public RedisGateway(LettuceConnectionFactory connectionFactory, Duration timeout, Timers timers) {
		this(connectionFactory, timeout, timers, ObservationRegistry.NOOP);
	}

	/**
	 * Create a gateway whose patterns are observed.
	 * @param connectionFactory the factory whose server and shared connection are used
	 * @param timeout deadline of a call, positive
	 * @param timers the clock of the library
	 * @param observations gets what patterns observe
	 */
	public RedisGateway(LettuceConnectionFactory connectionFactory, Duration timeout, Timers timers,
			ObservationRegistry observations) {
		this.insistent = false;
		this.waiting = false;
		this.connectionFactory = connectionFactory;
		this.shared = new SharedConnection(connectionFactory);
		this.route = this.shared;
		this.dedicated = ConcurrentHashMap.newKeySet();
		this.timeout = requirePositive(timeout);
		this.timers = timers;
		this.breaker = new Breaker(timers, this::ping);
		this.formerMaster = new FormerMaster();
		this.observations = new Observations(observations);
	}

	private RedisGateway(RedisGateway other, Route route, Duration timeout, boolean insistent, boolean waiting) {
		this.insistent = insistent;
		this.waiting = waiting;
		this.connectionFactory = other.connectionFactory;
		this.shared = other.shared;
		this.route = route;
		this.dedicated = other.dedicated;
		this.timeout = requirePositive(timeout);
		this.timers = other.timers;
		this.breaker = other.breaker;
		this.formerMaster = other.formerMaster;
		this.observations = other.observations;
	}

	/**
	 * The same way to Redis with another deadline.
	 * @param timeout deadline of a call, positive
	 * @return a view of this gateway, which is not started or stopped itself
	 */
	public RedisGateway withTimeout(Duration timeout) {
		return new RedisGateway(this, this.route, timeout, this.insistent, this.waiting);
	}

	/**
	 * Run a script by its SHA. Where the server does not know it (restart, failover,
	 * {@code SCRIPT FLUSH}) its text is sent once and the call goes on.
	 * @param <T> the type of the reply
	 * @param script the script
	 * @param keys its KEYS, all with the same hash tag
	 * @param args its ARGV: byte arrays as they are, anything else by its string form
	 * @return the reply, or a {@link RedisPatternsException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> execute(LuaScript<T> script, List<String> keys,
			Object... args) {
		byte[][] keyBytes = bytes(keys.toArray());
		byte[][] argBytes = bytes(args);
		ScriptOutputType output = script.output();
		return call(new ScriptCall(script, keys), (redis) -> redis.evalsha(script.sha(), output, keyBytes, argBytes),
				(redis) -> redis.eval(script.text(), output, keyBytes, argBytes));
	}

	/**
	 * Send a command.
	 * @param <T> the type of the reply
	 * @param call sends one non-blocking command and returns its future
	 * @return the reply, or a {@link RedisPatternsException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> command(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		return call("a command", call, null);
	}

	/**
	 * Send a command and a read whose answer callers share, mostly in one write: sent one
	 * by one, the driver may wake up between them. On a cluster each goes to the node of
	 * its key.
	 * @param <T> the type of the answer
	 * @param command a non-blocking command, not sent before
	 * @param read one for all callers; Redis reads after this call began, but perhaps
	 * before what this thread has sent without waiting for it
	 * @return the answer of the read, when there are both, or a
	 * {@link RedisPatternsException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> command(RedisCommand<byte[], byte[], ?> command,
			SharedRead<T> read) {
		return command((redis) -> read.with(command, MasterConnection.driverOf(redis), isCluster()));
	}

	/**
	 * Begin a batch.
	 * @param <T> the type of the replies
	 * @return an empty batch
	 */
	public <T extends @Nullable Object> Batch<T> batch() {
		return new Batch<>(this);
	}

	/**
	 * Wait for an answer.
	 * @param <T> the type of the reply
	 * @param answer what {@code execute} or {@code command} returned, or something made
	 * of that, which so ends by itself
	 * @return the reply
	 * @throws RedisUnavailableException if there was no answer in time; a thread that is
	 * interrupted meanwhile gets it at once, with its interrupt flag set
	 * @throws IllegalStateException on a thread of the driver, where it would wait for
	 * itself
	 */
	public <T extends @Nullable Object> T await(CompletionStage<T> answer) {
		CompletableFuture<T> future = answer.toCompletableFuture();
		if (!future.isDone() && !mayWait()) {
			throw new IllegalStateException("Waiting for Redis on a thread of the driver, which would have to read the"
					+ " answer: go on asynchronously, or on another executor");
		}
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisUnavailableException("Interrupted while waiting for Redis", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure
					: new RedisPatternsException("Redis call failed", ex.getCause());
		}
	}

	/**
	 * A call for those who subscribe: each subscription makes it anew, and goes on on
	 * none of the driver's threads.
	 * @param <T> the type of the reply
	 * @param call makes what {@code execute}, {@code command} or a pattern returns
	 * @return the reply, or nothing where that is {@code null}; what was sent is not
	 * taken back when a subscription is cancelled
	 */
	public static <T> Mono<T> mono(Supplier<? extends CompletionStage<? extends @Nullable T>> call) {
		return Mono.<T>fromCompletionStage(call).publishOn(Schedulers.parallel());
	}

	/**
	 * Whether keys are spread over several nodes.
	 * @return {@code true} for a Redis Cluster
	 */
	public boolean isCluster() {
		return this.connectionFactory.isClusterAware();
	}

	/**
	 * Whether the current thread may wait for Redis.
	 * @return {@code false} on threads of the driver and of the clock, which would wait
	 * for themselves
	 */
	public boolean mayWait() {
		String thread = Thread.currentThread().getName();
		return !thread.startsWith(DRIVER_THREADS) && !thread.startsWith(Timers.THREAD_NAME);
	}

	/**
	 * The same way to Redis for what must be tried even while the breaker is open, such
	 * as giving back what was taken.
	 * @return a view of this gateway, which is not started or stopped itself
	 */
	public RedisGateway pastBreaker() {
		return new RedisGateway(this, this.route, this.timeout, true, this.waiting);
	}

	/**
	 * The same way to Redis for a thread that can do nothing else before it has the
	 * answer: a call returns when it is over, so that what is made of its answer is made
	 * by that thread and not by the driver's, which serves all. A thread that may not
	 * wait, or is interrupted, gets the call under way, as it does without this.
	 * @return a view of this gateway, which is not started or stopped itself
	 */
	public RedisGateway waiting() {
		return new RedisGateway(this, this.route, this.timeout, this.insistent, true);
	}

	/**
	 * The breaker in front of Redis.
	 * @return its state
	 */
	public Breaker breaker() {
		return this.breaker;
	}

	/**
	 * The clock of the library.
	 * @return for pauses and renewals
	 */
	public Timers timers() {
		return this.timers;
	}

	/**
	 * Where patterns say what they do.
	 * @return times their operations
	 */
	public Observations observations() {
		return this.observations;
	}

	/**
	 * Send a {@code PING}, also while the breaker is open.
	 * @return completes when it is answered
	 */
	public CompletionStage<String> ping() {
		return send("PING", null, RedisClusterAsyncCommands::ping, null);
	}

	/**
	 * Open a connection for one purpose. Blocks while connecting.
	 * @param name its name in {@code CLIENT LIST}, without blanks
	 * @return the connection, which is closed with this gateway at the latest
	 */
	public DedicatedConnection open(String name) {
		return tracked(DedicatedConnection.open(this.connectionFactory, name));
	}

	/**
	 * Open a connection that listens to a channel. Blocks until it does. What is
	 * published while the connection is lost is lost, too.
	 * @param name its name in {@code CLIENT LIST}, without blanks
	 * @param channel the channel
	 * @param listener gets the messages one by one on a thread of the driver, where it
	 * must neither block nor throw
	 * @return the connection, which is closed with this gateway at the latest
	 */
	public DedicatedConnection listen(String name, String channel, Consumer<byte[]> listener) {
		return tracked(
				DedicatedConnection.listen(this.connectionFactory.getRequiredNativeClient(), name, channel, listener));
	}

	private DedicatedConnection tracked(DedicatedConnection opened) {
		this.dedicated.removeIf((connection) -> !connection.isOpen());
		this.dedicated.add(opened);
		return opened;
	}

	/**
	 * Open a connection that hears of changes of the keys that are read over it. Blocks
	 * while connecting.
	 * @param name its name in {@code CLIENT LIST}, without blanks
	 * @param listener gets the key that was changed, or {@code null} where any may have
	 * been; runs on a thread of the driver and must not block
	 * @return the connection, which is closed with this gateway at the latest
	 */
	public KeyWatch watch(String name, Consumer<@Nullable String> listener) {
		DedicatedConnection opened = open(name);
		RedisGateway over = new RedisGateway(this, Route.over(opened), this.timeout, this.insistent, false);
		KeyWatch watch = new KeyWatch(over, opened, listener);
		watch.start(this.timers);
		return watch;
	}

	/**
	 * What the server can do. It is asked once, and again after it could not be asked.
	 * @return the capabilities
	 */
	public CompletionStage<Capabilities> capabilities() {
		CompletionStage<Capabilities> known = this.capabilities;
		if (known == null || known.toCompletableFuture().isCompletedExceptionally()) {
			known = Capabilities.ask(this);
			this.capabilities = known;
		}
		return known;
	}

	/**
	 * Encode a key or a word for Redis.
	 * @param text any text
	 * @return its bytes in UTF-8
	 */
	public static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.capabilities = null;
		this.dedicated.forEach(DedicatedConnection::close);
		this.dedicated.clear();
		this.shared.release();
	}

	/**
	 * After the connection factory and before whatever uses Redis, web server included.
	 */
	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private <T extends @Nullable Object> CompletionStage<T> call(Object what,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> first,
			@Nullable Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> withText) {
		if (!this.insistent && !this.breaker.permits()) {
			return CompletableFuture.failedFuture(Breaker.rejection());
		}
		return send(what, this.insistent ? null : this.breaker, first, withText);
	}

	private <T extends @Nullable Object> CompletionStage<T> send(Object what, @Nullable Breaker breaker,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> first,
			@Nullable Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> withText) {
		if (this.timers.isClosed()) {
			return CompletableFuture.failedFuture(new RedisUnavailableException(
					"Not sent to Redis: %s, because this application ends".formatted(what), null));
		}
		RedisClusterAsyncCommands<byte[], byte[]> redis = this.route.commands();
		Duration deadline = (redis != null) ? this.timeout : this.timeout.plus(CONNECT_TIME);
		Call<T> call = new Call<>(what, deadline, breaker, this.formerMaster, withText);
		if (redis != null) {
			call.send(redis, first);
		}
		else {
			this.route.whenConnected((connected, failure) -> call.sendOrFail(connected, failure, first));
		}
		call.limit(this.timers);
		if (this.waiting && mayWait()) {
			call.arrive();
		}
		return call;
	}

	private static byte[][] bytes(Object[] values) {
		byte[][] bytes = new byte[values.length][];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (values[i] instanceof byte[] raw) ? raw : utf8(values[i].toString());
		}
		return bytes;
	}

	private static Duration requirePositive(Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("The timeout of a Redis call must be positive but is " + timeout);
		}
		return timeout;
	}

	/**
	 * What a message calls a script call.
	 *
	 * @param script the script
	 * @param keys its keys
	 */
	private record ScriptCall(LuaScript<?> script, List<String> keys) {

		@Override
		public String toString() {
			return this.script + " on " + this.keys;
		}

	}

}
