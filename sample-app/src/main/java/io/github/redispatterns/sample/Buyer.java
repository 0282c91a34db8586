package io.github.redispatterns.sample;

import org.jspecify.annotations.Nullable;

/**
 * Who is shopping. There are no passwords in this shop: you are who you say you are.
 *
 * @param name 1 to {@value #MAX_LENGTH} characters, no blanks around them
 */
record Buyer(String name) {

	/** Attribute of the session with the name of the buyer. */
	static final String ATTRIBUTE = "buyer";

	static final int MAX_LENGTH = 64;

	private static final int SHORT_LENGTH = 20;

	Buyer {
		name = name.strip();
		if (name.isEmpty() || length(name) > MAX_LENGTH || name.codePoints().anyMatch(Buyer::isSurrogate)) {
			throw Refusal.badName();
		}
	}

	/**
	 * The buyer of a session.
	 * @param name the attribute of the session
	 * @return the buyer
	 * @throws Refusal with status 401 if nobody is logged in
	 */
	static Buyer of(@Nullable String name) {
		if (name == null) {
			throw Refusal.notLoggedIn();
		}
		return new Buyer(name);
	}

	String shortName() {
		return (length(this.name) <= SHORT_LENGTH) ? this.name
				: this.name.substring(0, this.name.offsetByCodePoints(0, SHORT_LENGTH - 1)) + "…";
	}

	private static int length(String text) {
		return text.codePointCount(0, text.length());
	}

	private static boolean isSurrogate(int codePoint) {
		return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
	}

}
