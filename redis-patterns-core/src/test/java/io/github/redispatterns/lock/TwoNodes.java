package io.github.redispatterns.lock;

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

}
