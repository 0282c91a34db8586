package io.github.redispatterns.key;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Text of a value that is to be part of a key, the same on every node and another for
 * every other value of its type. There is one for texts, numbers, booleans, enums, UUIDs,
 * times, and for records, collections, arrays and maps of those; not for an object whose
 * text is an accident.
 */
public final class KeyText {

	private KeyText() {
	}

	/**
	 * Make the text.
	 * @param value the value
	 * @return its text
	 * @throws IllegalArgumentException if there is none that can be relied on
	 */
	public static String of(Object value) {
		if (value instanceof String text) {
			return text;
		}
		return isSimple(value) ? value.toString() : composite(value);
	}

	private static boolean isSimple(Object value) {
		return value instanceof CharSequence || value instanceof Number || value instanceof Boolean
				|| value instanceof Character || value instanceof Enum<?> || value instanceof UUID
				|| value instanceof Locale || value instanceof TemporalAccessor || value instanceof TemporalAmount;
	}

	private static String composite(Object value) {
		if (value instanceof Record record) {
			return joined("(", Arrays.stream(record.getClass().getRecordComponents()).map((part) -> read(record, part)),
					")");
		}
		if (value instanceof Set<?> set) {
			return set.stream().map(KeyText::nested).sorted().collect(Collectors.joining(",", "[", "]"));
		}
		if (value instanceof Collection<?> collection) {
			return joined("[", collection.stream(), "]");
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.map((entry) -> nested(entry.getKey()) + "=" + nested(entry.getValue()))
				.sorted()
				.collect(Collectors.joining(",", "{", "}"));
		}
		if (value.getClass().isArray()) {
			return joined("[", IntStream.range(0, Array.getLength(value)).mapToObj((i) -> Array.get(value, i)), "]");
		}
		throw new IllegalArgumentException(("A %s cannot be a key, because its text may differ between nodes and be the"
				+ " same for different values: use its id")
			.formatted(value.getClass().getName()));
	}

	private static String joined(String before, Stream<?> parts, String after) {
		return parts.map(KeyText::nested).collect(Collectors.joining(",", before, after));
	}

	private static String nested(@Nullable Object part) {
		if (part == null) {
			return "~";
		}
		return isSimple(part) ? part.toString().replaceAll("[\\\\~,=(){}\\[\\]]", "\\\\$0") : composite(part);
	}

	private static @Nullable Object read(Record record, RecordComponent part) {
		ReflectionUtils.makeAccessible(part.getAccessor());
		return ReflectionUtils.invokeMethod(part.getAccessor(), record);
	}

}
