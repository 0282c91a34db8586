package io.github.redispatterns.ratelimit.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The field in which proxies tell whom they forward for. */
public enum ForwardedField {

	/** {@code X-Forwarded-For: client, proxy}, what most proxies write. */
	X_FORWARDED_FOR("X-Forwarded-For") {

		@Override
		List<Optional<String>> elements(String line) {
			return Pattern.compile(",").splitAsStream(line).map(String::strip).map(Optional::of).toList();
		}

	},

	/** {@code Forwarded: for=client, for=proxy;proto=https}, of RFC 7239. */
	FORWARDED("Forwarded") {

		@Override
		List<Optional<String>> elements(String line) {
			List<Optional<String>> elements = new ArrayList<>();
			Optional<String> element = Optional.empty();
			Matcher pair = PAIR.matcher(line);
			int end = 0;
			while (end < line.length() && pair.find()) {
				end = pair.end();
				if ("for".equalsIgnoreCase(pair.group("name"))) {
					element = Optional.ofNullable(pair.group("token")).or(() -> Optional.of(pair.group("quoted")));
				}
				if (!";".equals(pair.group("next"))) {
					elements.add(element);
					element = Optional.empty();
				}
			}
			return (end == line.length()) ? elements : List.of(Optional.empty());
		}

	};

	/**
	 * A pair of RFC 7239, section 4; colons are let pass where they should be quoted, and
	 * nothing that was escaped, which no address needs.
	 */
	private static final Pattern PAIR = Pattern.compile(
			"\\G\\s*+(?<name>[\\w-]++)=(?:\"(?<quoted>[^\"\\\\]*+)\"|(?<token>[^\\s\",;]++))\\s*+(?<next>[;,]|\\z)");

	private final String fieldName;

	ForwardedField(String fieldName) {
		this.fieldName = fieldName;
	}

	String fieldName() {
		return this.fieldName;
	}

	/**
	 * Whom each proxy forwarded for.
	 * @param lines the lines of the field, in their order
	 * @return the nearest first; empty for one that does not tell, and once for a line
	 * that is malformed, since nothing in it can be relied on
	 */
	List<Optional<String>> nearestFirst(List<String> lines) {
		List<Optional<String>> elements = new ArrayList<>();
		lines.forEach((line) -> elements.addAll(elements(line)));
		Collections.reverse(elements);
		return elements;
	}

	abstract List<Optional<String>> elements(String line);

}
