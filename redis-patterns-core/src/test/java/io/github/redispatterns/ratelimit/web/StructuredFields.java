package io.github.redispatterns.ratelimit.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;

import static org.assertj.core.api.Assertions.assertThat;

/** Reads fields as a client would, with a library that is not ours. */
public final class StructuredFields {

	private StructuredFields() {
	}

	/**
	 * Read a list of strings with parameters.
	 * @param lines the lines of the field
	 * @return the parameters of each
	 */
	public static Map<String, Map<String, Object>> list(List<String> lines) {
		Map<String, Map<String, Object>> items = new LinkedHashMap<>();
		for (ListElement<?> item : new Parser(lines).parseList().get()) {
			Map<String, Object> parameters = new TreeMap<>();
			item.getParams().forEach((name, value) -> parameters.put(name, value.get()));
			assertThat(items.put((String) item.get(), parameters)).as("each name once").isNull();
		}
		return items;
	}

}
