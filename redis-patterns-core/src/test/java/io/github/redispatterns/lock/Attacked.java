package io.github.redispatterns.lock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisPatternsException;

/**
 * A JVM that takes a lock again and again and works on a {@link FencedResource}. Its
 * arguments are the port of that, the name of a master, and its sentinels.
 */
public final class Attacked {

	static final Duration LEASE = Duration.ofMillis(600);

	/**
	 * So long nothing but a stopped process is still. A thread alone that waits for its
	 * turn on a busy machine may find a lock that others have renewed.
	 */
	private static final Duration STOP = LEASE.multipliedBy(3).dividedBy(2);

	private final BufferedReader in;

	private final PrintWriter out;

	private Attacked(Socket resource) throws IOException {
		this.in = new BufferedReader(new InputStreamReader(resource.getInputStream(), StandardCharsets.US_ASCII));
		this.out = new PrintWriter(resource.getOutputStream(), true, StandardCharsets.US_ASCII);
	}

	public static void main(String[] args) throws IOException {
		RedisSentinelConfiguration sentinels = new RedisSentinelConfiguration().master(args[1]);
		for (String sentinel : args[2].split(",")) {
			sentinels.sentinel("127.0.0.1", Integer.valueOf(sentinel));
		}
		LettuceConnectionFactory factory = new LettuceConnectionFactory(sentinels,
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(5)).build());
		factory.afterPropertiesSet();
		factory.start();
		try (Socket resource = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
				LockNode node = LockNode.of(factory)) {
			NamedLock lock = node.locks().get("attacked").with(LockSettings.ofDefaults().withLease(LEASE));
			Attacked attacked = new Attacked(resource);
			for (int thread = 0; thread < 2; thread++) {
				Thread worker = new Thread(() -> attacked.work(lock));
				worker.start();
			}
			// Ends with its parent.
			while (System.in.read() >= 0) {
				Thread.onSpinWait();
			}
			System.exit(0);
		}
	}

	private void work(NamedLock lock) {
		while (true) {
			try {
				Optional<LockHandle> acquired = lock.tryAcquire(Duration.ofSeconds(1));
				acquired.ifPresent(this::use);
			}
			catch (RedisPatternsException ex) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
			}
			catch (RuntimeException ex) {
				say("VIOLATION " + ex.toString().replace(' ', '-'));
			}
		}
	}

	private void use(LockHandle handle) {
		try (handle) {
			String value = say("READ %d %d-%d".formatted(handle.fencingToken(), ProcessHandle.current().pid(),
					Thread.currentThread().getId()));
			long last = System.nanoTime();
			long until = last + TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(30));
			while (last < until) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
				long now = System.nanoTime();
				if (now - last > STOP.toNanos() && handle.isValid()) {
					say("VIOLATION valid-after-a-stop");
				}
				last = now;
			}
			if (!value.equals(FencedResource.STALE)) {
				say("WRITE %d %d".formatted(handle.fencingToken(), Long.parseLong(value) + 1));
			}
		}
	}

	private synchronized String say(String line) {
		try {
			this.out.println(line);
			return String.valueOf(this.in.readLine());
		}
		catch (IOException ex) {
			System.exit(1);
			throw new IllegalStateException(ex);
		}
	}

}
