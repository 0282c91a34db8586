package io.github.redispatterns.gateway;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.protocol.ProtocolVersion;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Hears of changes of keys: a connection of its own with {@code CLIENT TRACKING} (RESP3),
 * on a cluster one to each master. The server remembers each key that is read over it, by
 * a command or inside a script, and says once when that key is changed, expires or is
 * evicted; what this connection itself changes it does not hear of ({@code NOLOOP}).
 * <p>
 * <b>Not promised:</b> a change while the connection is lost is not heard of; once it is
 * back the listener is told that any key may have changed. A key that expires is noticed
 * by the server when somebody touches it, or up to some 100 ms later. Where tracking is
 * not to be had (RESP2, or an ACL without {@code +client|tracking}) {@link #isLive} stays
 * {@code false}: keep a timer behind it.
 *
 * @see <a href=
 * "https://redis.io/docs/latest/develop/reference/client-side-caching/">Client-side
 * caching</a>
 */
public final class KeyWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(KeyWatch.class);

	/** How soon a new master of a cluster is found. Looks at what the driver knows. */
	private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

	private final RedisGateway gateway;

	private final DedicatedConnection connection;

	private final Consumer<@Nullable String> listener;

	private final Set<StatefulRedisConnection<byte[], byte[]>> tracked = ConcurrentHashMap.newKeySet();

	private volatile boolean live;

	private volatile boolean closed;

	KeyWatch(RedisGateway gateway, DedicatedConnection connection, Consumer<@Nullable String> listener) {
		this.gateway = gateway;
		this.connection = connection;
		this.listener = listener;
	}

	/**
	 * The way to Redis whose reads are watched.
	 * @return a view of the gateway over the watching connection
	 */
	public RedisGateway gateway() {
		return this.gateway;
	}

	/**
	 * Whether changes are heard of now, as far as is known.
	 * @return {@code false} while disconnected and where the server refuses
	 */
	public boolean isLive() {
		return this.live && !this.closed;
	}

	void start(Timers timers) {
		if (this.connection.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
			cluster.addListener((node, message) -> pushed(message));
			trackMasters(cluster);
			timers.repeat(LOOK_EVERY, () -> this.connection.isOpen() && trackMasters(cluster));
		}
		else if (this.connection.connection() instanceof StatefulRedisConnection<byte[], byte[]> single) {
			single.addListener(this::pushed);
			track(single);
		}
	}

	private boolean trackMasters(StatefulRedisClusterConnection<byte[], byte[]> cluster) {
		for (RedisClusterNode node : cluster.getPartitions()) {
			if (node.is(RedisClusterNode.NodeFlag.UPSTREAM)) {
				// By host and port: so the driver names the connections it routes by
				// slot.
				cluster.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort()).thenAccept(this::track);
			}
		}
		return true;
	}

	private void track(StatefulRedisConnection<byte[], byte[]> single) {
		if (this.tracked.add(single)) {
			this.tracked.removeIf((other) -> other instanceof RedisChannelHandler<?, ?> handler && handler.isClosed());
			single.addListener(new Reconnection(single));
			switchOn(single);
		}
	}

	private void switchOn(StatefulRedisConnection<byte[], byte[]> single) {
		single.async().clientTracking(TrackingArgs.Builder.enabled().noloop()).whenComplete((done, failure) -> {
			if (failure != null && single.isOpen()) {
				logger.info("Redis does not say when keys change, so they are looked at now and then: " + failure);
			}
			else if (failure == null && speaksResp3(single)) {
				this.live = true;
				this.listener.accept(null);
			}
		});
	}

	// In RESP2 the server accepts the command and never says a word.
	private static boolean speaksResp3(StatefulRedisConnection<byte[], byte[]> single) {
		return single instanceof StatefulRedisConnectionImpl<byte[], byte[]> known
				&& known.getConnectionState().getNegotiatedProtocolVersion() == ProtocolVersion.RESP3;
	}

	private void pushed(PushMessage message) {
		if (!"invalidate".equals(message.getType())) {
			return;
		}
		List<Object> content = message.getContent(KeyWatch::text);
		if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
			keys.forEach((key) -> this.listener.accept(String.valueOf(key)));
		}
		else {
			this.listener.accept(null);
		}
	}

	private static Object text(ByteBuffer bytes) {
		return StandardCharsets.UTF_8.decode(bytes).toString();
	}

	@Override
	public void close() {
		this.closed = true;
		this.connection.close();
	}

	/** A connection that was lost is not tracked any more when it is back. */
	private final class Reconnection implements RedisConnectionStateListener {

		private final StatefulRedisConnection<byte[], byte[]> single;

		Reconnection(StatefulRedisConnection<byte[], byte[]> single) {
			this.single = single;
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
			if (!(KeyWatch.this.connection.connection() instanceof StatefulRedisClusterConnection)) {
				KeyWatch.this.live = false;
			}
		}

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
			if (!KeyWatch.this.closed) {
				switchOn(this.single);
			}
		}

	}

}
