package io.github.redispatterns.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.FileSystemUtils;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances over one Redis and one database, started once for all tests that ask for
 * them. Each test begins afresh and ends with a look at every key in Redis.
 */
final class TwoShops implements AutoCloseable {

	private static final Pattern KEY = Pattern.compile(
			"ticket-shop:(cache:[a-z]+|cache-(state|tags|log|writer|writes|pending)|rate-limit:(purchase|login):t1m|lock|coordination:(task|request)|session|session:user):\\{[A-Za-z0-9._@+/:%~-]{1,140}}(:fence|:queue)?");

	private final Path folder;

	private final RedisServer redis;

	private Shop a;

	private final Shop b;

	private TwoShops() {
		this.folder = temporaryFolder();
		this.redis = DevRedis.start();
		this.a = Shop.start("shop-a", this.redis.url(), this.folder);
		this.b = Shop.start("shop-b", this.redis.url(), this.folder);
	}

	Shop a() {
		return this.a;
	}

	Shop b() {
		return this.b;
	}

	/** One of the two in turns. */
	Shop either(int number) {
		return (number % 2 == 0) ? this.a : this.b;
	}

	void stopA() {
		this.a.close();
	}

	void startA() {
		this.a = Shop.start("shop-a", this.redis.url(), this.folder);
	}

	List<String> keys() {
		try (Cursor<String> cursor = redis().scan(ScanOptions.scanOptions().count(1000).build())) {
			return cursor.stream().toList();
		}
	}

	/** Nobody is logged in, nothing counted or cached, all seats are free. */
	private void clean() {
		redis().execute((RedisCallback<Object>) (connection) -> {
			connection.serverCommands().flushDb();
			return "OK";
		});
		this.a.bean(Seats.class).returnAll();
	}

	private void checkKeys() {
		assertThat(keys()).allSatisfy((key) -> {
			assertThat(key).matches(KEY);
			assertThat(redis().getExpire(key, TimeUnit.MILLISECONDS)).as("TTL of " + key).isNotEqualTo(-1);
		});
	}

	private StringRedisTemplate redis() {
		return this.b.bean(StringRedisTemplate.class);
	}

	@Override
	public void close() throws IOException {
		this.a.close();
		this.b.close();
		this.redis.close();
		FileSystemUtils.deleteRecursively(this.folder);
	}

	private static Path temporaryFolder() {
		try {
			return Files.createTempDirectory("ticket-shop");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Hands the shops to the tests. */
	static final class Running implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

		@Override
		public void beforeEach(ExtensionContext context) {
			shops(context).clean();
		}

		@Override
		public void afterEach(ExtensionContext context) {
			shops(context).checkKeys();
		}

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == TwoShops.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
			return shops(context);
		}

		private static TwoShops shops(ExtensionContext context) {
			return context.getRoot()
				.getStore(Namespace.create(TwoShops.class))
				.computeIfAbsent(TwoShops.class, (key) -> new TwoShops(), TwoShops.class);
		}

	}

}
