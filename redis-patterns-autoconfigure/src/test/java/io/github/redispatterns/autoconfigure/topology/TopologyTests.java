package io.github.redispatterns.autoconfigure.topology;

import org.junit.jupiter.api.Nested;

import io.github.redispatterns.devservices.RedisTopology;
import io.github.redispatterns.devservices.Topology;
import io.github.redispatterns.devservices.junit.RedisTest;

/** The same promises on each way in which Redis is run. */
class TopologyTests {

	@Nested
	@RedisTest(Topology.STANDALONE)
	class OnOneServer extends PatternPromises {

		OnOneServer(RedisTopology redis) {
			super(redis);
		}

	}

	@Nested
	@RedisTest(Topology.TLS)
	class WithTlsAndUser extends PatternPromises {

		WithTlsAndUser(RedisTopology redis) {
			super(redis);
		}

	}

	@Nested
	@RedisTest(Topology.SENTINEL)
	class WithSentinels extends PatternPromises {

		WithSentinels(RedisTopology redis) {
			super(redis);
		}

	}

	@Nested
	@RedisTest(Topology.CLUSTER)
	class OnACluster extends PatternPromises {

		OnACluster(RedisTopology redis) {
			super(redis);
		}

	}

}
