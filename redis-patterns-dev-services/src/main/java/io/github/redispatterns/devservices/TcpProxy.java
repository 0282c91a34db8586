package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * A network between clients and a server, on the loopback interface, that can be made to
 * fail. A switch is in force when its method returns, for the connections there are and
 * those to come, until {@link #restore()}.
 * <p>
 * It fails as a network does to those who use sockets: there is no loss or disorder of
 * packets, and no connection that hangs while it is opened.
 */
public final class TcpProxy implements AutoCloseable {

	private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1,
			new DefaultThreadFactory("redis-patterns-proxy", true), NioIoHandler.newFactory());

	private final ChannelGroup clients = new DefaultChannelGroup(this.loop.next());

	private final ChannelGroup servers = new DefaultChannelGroup(this.loop.next());

	private final ProxyDirection toServer = new ProxyDirection();

	private final ProxyDirection toClient = new ProxyDirection();

	private final String targetHost;

	private final int targetPort;

	private final int port = Ports.free(1).get(0);

	private Channel listener;

	private TcpProxy(String targetHost, int targetPort) {
		this.targetHost = targetHost;
		this.targetPort = targetPort;
		this.listener = listen();
	}

	/**
	 * A network before a server, which need not be there yet.
	 * @param host the server's host
	 * @param port the server's port
	 * @return the network, which works
	 */
	public static TcpProxy to(String host, int port) {
		return new TcpProxy(host, port);
	}

	/**
	 * A network before a server.
	 * @param server the server
	 * @return the network, which works
	 */
	public static TcpProxy to(RedisServer server) {
		return new TcpProxy(server.host(), server.port());
	}

	private Channel listen() {
		ChannelFuture bound = new ServerBootstrap().group(this.loop)
			.channel(NioServerSocketChannel.class)
			.childOption(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<SocketChannel>() {

				@Override
				protected void initChannel(SocketChannel client) {
					connect(client);
				}

			})
			.bind(Endpoint.LOOPBACK, this.port);
		return bound.syncUninterruptibly().channel();
	}

	private void connect(SocketChannel client) {
		this.clients.add(client);
		ChannelFuture connected = new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.AUTO_READ, false)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(new ChannelInitializer<SocketChannel>() {

				@Override
				protected void initChannel(SocketChannel server) {
					client.pipeline().addLast(new ProxyPipe(client, server, TcpProxy.this.toServer));
					server.pipeline().addLast(new ProxyPipe(server, client, TcpProxy.this.toClient));
					TcpProxy.this.servers.add(server);
				}

			})
			.connect(this.targetHost, this.targetPort);
		connected.addListener((result) -> {
			if (result.isSuccess() && client.isActive()) {
				carry();
			}
			else {
				connected.channel().close();
				client.close();
			}
		});
	}

	private void carry() {
		Stream.of(this.clients, this.servers)
			.flatMap(Collection::stream)
			.map((channel) -> channel.pipeline().get(ProxyPipe.class))
			.filter(Objects::nonNull)
			.toList()
			.forEach(ProxyPipe::carry);
	}

	/**
	 * The host that clients connect to.
	 * @return a loopback address
	 */
	public String host() {
		return Endpoint.LOOPBACK;
	}

	/**
	 * The port that clients connect to.
	 * @return the port, always the same
	 */
	public int port() {
		return this.port;
	}

	/**
	 * The address in the form of {@code spring.data.redis.url}, for a server without TLS.
	 * @return such as {@code redis://127.0.0.1:21231}
	 */
	public String url() {
		return "redis://" + host() + ":" + this.port;
	}

	/**
	 * How many connections there are now.
	 * @return the number of clients
	 */
	public int connections() {
		return this.clients.size();
	}

	/** Close all connections properly (FIN). New ones are accepted. */
	public void cut() {
		change(this.clients::close);
	}

	/** Close all connections with an error (RST). New ones are accepted. */
	public void reset() {
		change(() -> List.copyOf(this.clients).forEach(TcpProxy::reset));
	}

	private static void reset(Channel client) {
		client.config().setOption(ChannelOption.SO_LINGER, 0);
		client.close();
	}

	/** Refuse new connections. Those there are stay. */
	public void refuse() {
		this.listener.close().syncUninterruptibly();
	}

	/**
	 * Let what clients send take longer. What is under way keeps its order.
	 * @param delay how much longer
	 */
	public void delayToServer(Duration delay) {
		change(() -> this.toServer.delay(delay));
	}

	/**
	 * Let what the server sends take longer. What is under way keeps its order.
	 * @param delay how much longer
	 */
	public void delayToClient(Duration delay) {
		change(() -> this.toClient.delay(delay));
	}

	/**
	 * Let nothing that clients send arrive, not even the end of a connection. It is not
	 * lost: after {@link #restore()} it arrives, as when a broken network is repaired in
	 * time. New connections are accepted and silent.
	 */
	public void blackholeToServer() {
		change(() -> this.toServer.hold(true));
	}

	/**
	 * Let nothing that the server sends arrive, while it does what it is told. As
	 * {@link #blackholeToServer()} otherwise.
	 */
	public void blackholeToClient() {
		change(() -> this.toClient.hold(true));
	}

	/**
	 * Let so much of the next answers pass, counted over all connections, and then cut
	 * the connection (FIN) in the middle of the answer. Once: the next connection works.
	 * @param bytes how much passes; with 0 the server does what it is told and the client
	 * does not hear of it
	 */
	public void cutReplyAfter(long bytes) {
		change(() -> this.toClient.cutAfter(bytes));
	}

	/** Work as a network should. What was held arrives. */
	public void restore() {
		change(() -> List.of(this.toServer, this.toClient).forEach(ProxyDirection::restore));
		if (!this.listener.isOpen()) {
			this.listener = listen();
		}
	}

	private void change(Runnable change) {
		this.loop.submit(() -> {
			change.run();
			carry();
		}).syncUninterruptibly();
	}

	/** Close all connections and refuse new ones. */
	@Override
	public void close() {
		refuse();
		this.clients.close().syncUninterruptibly();
		this.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
