package io.github.redispatterns.sample;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;

/** A running instance of the shop on a random port. Payments take no time. */
final class Shop implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Shop(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an instance.
	 * @param node what it is called
	 * @param redisUrl the Redis it uses
	 * @param folder where its database is
	 * @param properties further properties, {@code name=value}
	 * @return the running instance
	 */
	static Shop start(String node, String redisUrl, Path folder, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("spring.data.redis.url=" + redisUrl);
		return start(new StandardEnvironment(), node, folder, all.toArray(String[]::new));
	}

	static Shop start(StandardEnvironment environment, String node, Path folder, String... properties) {
		List<String> arguments = new ArrayList<>();
		arguments.add("--server.port=0");
		arguments.add("--redis-patterns.node-id=" + node);
		arguments.add("--spring.datasource.url=jdbc:h2:file:" + folder.resolve("db") + ";AUTO_SERVER=TRUE");
		arguments.add("--shop.payment-time=0");
		arguments.add("--redis-patterns.rate-limit.timeout=5s");
		List.of(properties).forEach((property) -> arguments.add("--" + property));
		return new Shop(new SpringApplicationBuilder(TicketShopApplication.class).environment(environment)
			.run(arguments.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	URI uri(String path) {
		return URI.create(
				"http://localhost:" + this.context.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
