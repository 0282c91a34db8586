package io.github.redispatterns.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * What is cached: about 1 KB of JSON.
 *
 * @param id its number
 * @param name its name
 * @param price in cents
 * @param tags what it belongs to
 * @param attributes more about it
 */
record Product(long id, String name, long price, List<String> tags, Map<String, String> attributes) {

	static Product of(long id) {
		return new Product(id, "product " + id, 100 + id, List.of("garden", "tools", "offer"), Map.of("colour", "green",
				"material", "steel", "weight", "1200 g", "description", "A tool. ".repeat(100)));
	}

}
