package io.github.redispatterns.ratelimit.web;

import org.springframework.boot.WebApplicationType;

import io.github.redispatterns.test.Redis;

class ReactiveHttpTests extends HttpContract {

	ReactiveHttpTests(Redis redis) {
		super(ReactiveShop.class, WebApplicationType.REACTIVE, redis);
	}

}
