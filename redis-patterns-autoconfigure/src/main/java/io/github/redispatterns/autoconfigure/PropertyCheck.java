package io.github.redispatterns.autoconfigure;

import java.time.Duration;
import java.util.function.Supplier;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Stops the start with the name and the value of a property that cannot work. */
public final class PropertyCheck {

	private PropertyCheck() {
	}

	/**
	 * Create what checks itself.
	 * @param <T> the type of what is created
	 * @param property the property that decides
	 * @param value its value
	 * @param creation throws what it finds wrong
	 * @return what was created
	 */
	public static <T> T create(String property, Object value, Supplier<T> creation) {
		try {
			return creation.get();
		}
		catch (IllegalArgumentException | IllegalStateException | ArithmeticException ex) {
			throw new InvalidConfigurationPropertyValueException(property, value, ex.getMessage());
		}
	}

	/**
	 * Check a number.
	 * @param property the property
	 * @param value its value
	 * @return the value, at least 1
	 */
	public static long atLeastOne(String property, long value) {
		if (value < 1) {
			throw new InvalidConfigurationPropertyValueException(property, value, "It must be at least 1");
		}
		return value;
	}

	/**
	 * Check a duration.
	 * @param property the property
	 * @param value its value
	 * @param shortest the least that works
	 * @return the value, at least {@code shortest}
	 */
	public static Duration atLeast(String property, Duration value, Duration shortest) {
		if (value.compareTo(shortest) < 0) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"It must be at least " + shortest.toMillis() + "ms");
		}
		return value;
	}

}
