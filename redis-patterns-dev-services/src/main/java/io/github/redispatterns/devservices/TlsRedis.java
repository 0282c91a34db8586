package io.github.redispatterns.devservices;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

/**
 * One server that listens with TLS only and knows no default user. The user for the
 * application may do all to all keys and channels except what Redis itself counts as
 * administration or dangerous ({@code +@all -@admin -@dangerous}: no {@code INFO},
 * {@code CONFIG}, {@code KEYS}, {@code FLUSHALL}). It does not ask for a certificate of
 * the client.
 */
public final class TlsRedis extends RedisTopology {

	private static final String USER = "app";

	private static final String ADMINISTRATOR = "admin";

	private static final String BUNDLE = "redis-patterns-tls";

	private final Certificate certificate;

	private final String password;

	private TlsRedis(RedisServer server, Certificate certificate, String password) {
		super(List.of(server));
		this.certificate = certificate;
		this.password = password;
	}

	static TlsRedis start(DevRedisOptions options) {
		return DevRedis.startFrom(options, TlsRedis::from);
	}

	private static TlsRedis from(BinarySource source) throws RedisSource.Unavailable {
		Certificate certificate = Certificate.create();
		String password = secret();
		Access access = new Access(certificate.sockets(), ADMINISTRATOR, secret());
		List<RedisServer> servers = LocalServers.from(source)
			.start(1, (ports) -> List.of(launch(ports.get(0), certificate, access, password)));
		return new TlsRedis(servers.get(0), certificate, password);
	}

	private static Launch launch(int port, Certificate certificate, Access access, String password) {
		String users = """
				user default off
				user %s on >%s ~* &* +@all
				user %s on >%s ~* &* +@all -@admin -@dangerous
				""".formatted(access.username(), access.password(), USER, password);
		return Launch
			.inMemory(new Endpoint(Endpoint.LOOPBACK, port, access), "--port", "0", "--tls-port", String.valueOf(port),
					"--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-auth-clients", "no", "--aclfile",
					"users.acl")
			.reading(Map.of("cert.pem", certificate.certificatePem(), "key.pem", certificate.keyPem(), "users.acl",
					users));
	}

	private static String secret() {
		byte[] bytes = new byte[16];
		new SecureRandom().nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

	@Override
	public Topology topology() {
		return Topology.TLS;
	}

	/**
	 * The server. Its {@link RedisServer#command commands} run as another user who may do
	 * all.
	 * @return the only one
	 */
	public RedisServer server() {
		return servers().get(0);
	}

	/**
	 * The user for the application.
	 * @return the name
	 */
	public String username() {
		return USER;
	}

	/**
	 * The password of {@link #username()}.
	 * @return a random one
	 */
	public String password() {
		return this.password;
	}

	/**
	 * The certificate that the server shows and a client trusts. It signs itself, for
	 * {@code localhost} and {@code 127.0.0.1}.
	 * @return the certificate as PEM
	 */
	public String certificate() {
		return this.certificate.certificatePem();
	}

	@Override
	public Map<String, String> springProperties() {
		return Map.of("spring.data.redis.host", server().host(), "spring.data.redis.port",
				String.valueOf(server().port()), "spring.data.redis.username", USER, "spring.data.redis.password",
				this.password, "spring.data.redis.ssl.bundle", BUNDLE,
				"spring.ssl.bundle.pem." + BUNDLE + ".truststore.certificate", certificate());
	}

	@Override
	RedisConfiguration configuration() {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(server().host(), server().port());
		configuration.setUsername(USER);
		configuration.setPassword(this.password);
		return configuration;
	}

	@Override
	LettuceClientConfiguration clientConfiguration() {
		return Clients.tls(this.certificate);
	}

	@Override
	boolean isWhole() {
		return server().endpoint().answers();
	}

}
