package io.github.redispatterns.lock;

import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.junit.RedisTest;

import static org.assertj.core.api.Assertions.assertThat;

/** A test of locks: an empty Redis and two nodes of an application. */
@RedisTest
abstract class TwoNodes {

	final RedisServer server;

	final LockNode here;

	final LockNode there;

	TwoNodes(RedisServer server) {
		this.server = server;
		this.here = LockNode.at(server);
		this.there = LockNode.at(server);
	}

	@AfterEach
	final void close() {
		this.here.close();
		this.there.close();
	}

	// Three of five tries, because a machine that stands still for a moment is late, too.
	static void assertThatMostAreSoon(Callable<Boolean> attempt) throws Exception {
		int soon = 0;
		for (int tried = 0; tried < 5 && soon < 3; tried++) {
			soon += attempt.call() ? 1 : 0;
		}
		assertThat(soon).as("of five that were soon enough").isEqualTo(3);
	}

}
