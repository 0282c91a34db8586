package io.github.redispatterns.benchmarks;

import java.util.function.Supplier;

import org.springframework.util.function.SingletonSupplier;

/**
 * Somebody who can do the work, made when it is first wanted: never in the JVM of another
 * contender.
 *
 * @param <T> what it works with
 * @param name what lines call it
 * @param made makes what it works with
 */
record Peer<T>(String name, Supplier<T> made) {

	static <T> Peer<T> of(String name, Supplier<T> made) {
		return new Peer<>(name, SingletonSupplier.of(made));
	}

	T get() {
		return this.made.get();
	}

}
