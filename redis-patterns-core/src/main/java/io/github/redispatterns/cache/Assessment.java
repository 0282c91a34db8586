package io.github.redispatterns.cache;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.codec.EntryMetadata;

/**
 * What a stored entry is good for.
 *
 * @param kind what
 * @param value its value, unless it is good for nothing
 * @param metadata what else is known of it, unless it is good for nothing
 * @param identity tells it from its successors
 * @param isPaused whether it is not loaded again for now, because that failed
 */
record Assessment(Kind kind, @Nullable Object value, @Nullable EntryMetadata metadata, byte[] identity,
		boolean isPaused) {

	private static final byte[] NO_IDENTITY = {};

	static final Assessment NOTHING = new Assessment(Kind.NONE, null, null, NO_IDENTITY, false);

	static Assessment none(byte[] identity) {
		return (identity.length == 0) ? NOTHING : new Assessment(Kind.NONE, null, null, identity, false);
	}

	boolean isFresh() {
		return this.kind == Kind.FRESH;
	}

	/**
	 * Whether the entry may be served at once.
	 * @return also while it is stale but may be for as long as it is loaded again, or its
	 * load has failed just now
	 */
	boolean isServable() {
		return this.kind == Kind.FRESH || this.kind == Kind.REVALIDATE || (this.kind == Kind.FALLBACK && this.isPaused);
	}

	/**
	 * Whether the entry may be served if its load fails.
	 * @return {@code false} if there is none
	 */
	boolean isFallback() {
		return this.kind != Kind.NONE;
	}

	/** What an entry is good for. */
	enum Kind {

		/** For serving. */
		FRESH,

		/** For serving while it is loaded again. */
		REVALIDATE,

		/** For serving if its load fails. */
		FALLBACK,

		/** For nothing: there is none, or it is invalid or none of the type. */
		NONE

	}

}
