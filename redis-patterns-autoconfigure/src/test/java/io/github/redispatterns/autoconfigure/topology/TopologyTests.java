package io.github.redispatterns.autoconfigure.topology;

import org.junit.jupiter.api.Nested;

import io.github.redispatterns.devservices.Topology;

/** The same promises on each way in which Redis is run. */
class TopologyTests {

	@Nested
	class OnOneServer extends PatternPromises {

		OnOneServer() {
			super(Topology.STANDALONE);
		}

	}

	@Nested
	class WithTlsAndUser extends PatternPromises {

		WithTlsAndUser() {
			super(Topology.TLS);
		}

	}

	@Nested
	class WithSentinels extends PatternPromises {

		WithSentinels() {
			super(Topology.SENTINEL);
		}

	}

	@Nested
	class OnACluster extends PatternPromises {

		OnACluster() {
			super(Topology.CLUSTER);
		}

	}

}
