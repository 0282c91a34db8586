package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What a method says of the values that it caches.
 *
 * @param tags the tags of a value
 * @param unless whether a loaded value must not be stored
 */
record ValueRules(Function<@Nullable Object, Collection<String>> tags, Predicate<@Nullable Object> unless) {

	static final ValueRules NONE = new ValueRules((value) -> List.of(), (value) -> false);

	ValueRules tagged(Function<@Nullable Object, Collection<String>> tags) {
		return new ValueRules(tags, this.unless);
	}

	ValueRules unless(Predicate<@Nullable Object> unless) {
		return new ValueRules(this.tags, this.unless.or(unless));
	}

}
