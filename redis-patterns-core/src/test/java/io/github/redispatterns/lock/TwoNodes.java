package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.junit.RedisTest;

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

	// A machine that does more than this test is late, too: one calm try shows what locks
	// add.
	static void assertThatOnceIsSoon(Callable<Boolean> attempt) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).until(attempt);
	}

}
