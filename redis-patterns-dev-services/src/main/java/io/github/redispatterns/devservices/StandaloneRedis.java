package io.github.redispatterns.devservices;

import java.util.List;
import java.util.Map;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/** One server, in the clear, for everyone on this machine. */
public final class StandaloneRedis extends RedisTopology {

	private StandaloneRedis(RedisServer server) {
		super(List.of(server));
	}

	static StandaloneRedis start(DevRedisOptions options) {
		return new StandaloneRedis(DevRedis.start(options));
	}

	@Override
	public Topology topology() {
		return Topology.STANDALONE;
	}

	/**
	 * The server.
	 * @return the only one
	 */
	public RedisServer server() {
		return servers().get(0);
	}

	@Override
	public Map<String, String> springProperties() {
		return Map.of("spring.data.redis.host", server().host(), "spring.data.redis.port",
				String.valueOf(server().port()));
	}

	@Override
	RedisConfiguration configuration() {
		return new RedisStandaloneConfiguration(server().host(), server().port());
	}

	@Override
	boolean isWhole() {
		return server().endpoint().answers();
	}

}
