package io.github.redispatterns.devservices.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.devservices.Topology;

/**
 * Gives a test class a real Redis, started once for all classes of this JVM that want the
 * same topology. Each test begins with an empty Redis that works; what it did to the
 * servers is undone after it; and it fails if it leaves a key that never expires.
 * <p>
 * Constructors and methods may have parameters of the types
 * {@link io.github.redispatterns.devservices.RedisTopology},
 * {@link io.github.redispatterns.devservices.RedisServer} (the first one that holds data)
 * and {@link org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory}
 * (closed after the class).
 * <p>
 * Classes that share servers must not run at the same time.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(RedisExtension.class)
public @interface RedisTest {

	/**
	 * How Redis is run.
	 * @return the topology
	 */
	Topology value() default Topology.STANDALONE;

	/**
	 * Keys that may live for ever, where {@code *} stands for any text.
	 * @return none unless there is a reason
	 */
	String[] livingForEver() default {};

}
