package io.github.redispatterns.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A cache that writes to its source at once. */
@ExtendWith(RedisExtension.class)
class WriteThroughTests {

	private final Source source = new Source();

	private final TypedCache cache;

	WriteThroughTests(Redis redis) {
		this.cache = Nodes.node(redis)
			.writer(this.source)
			.build()
			.getCache("through")
			.as(ResolvableType.forClass(String.class));
	}

	@Test
	void writesToTheSourceFirst() {
		this.cache.put(1, "one");
		this.cache.putAll(Map.of(2, "two", 3, "three"));
		assertThat(this.source.values).containsExactlyInAnyOrderEntriesOf(Map.of(1, "one", 2, "two", 3, "three"));
		assertThat(this.cache.get(2, String.class)).isEqualTo("two");
		this.cache.delete(2);
		assertThat(this.source.values).doesNotContainKey(2);
		assertThat(this.cache.get(2, String.class)).isNull();
	}

	@Test
	void leavesTheSourceAloneWhenItEvicts() {
		this.cache.put(4, "four");
		this.cache.evict(4);
		assertThat(this.source.values).containsKey(4);
	}

	@Test
	void doesNotCacheWhatTheSourceRefuses() {
		this.cache.put(5, "five");
		assertThatIllegalStateException().isThrownBy(() -> this.cache.put(5, "refused"));
		assertThat(this.cache.get(5, String.class)).isEqualTo("five");
	}

	@Test
	void writesWhatWasAbsent() {
		assertThat(this.cache.putIfAbsent(6, "six")).isNull();
		assertThat(this.source.values).containsEntry(6, "six");
		assertThat(this.cache.putIfAbsent(6, "again")).extracting(Cache.ValueWrapper::get).isEqualTo("six");
		assertThat(this.source.values).containsEntry(6, "six");
		assertThatIllegalStateException().isThrownBy(() -> this.cache.putIfAbsent(7, "refused"));
		assertThat(this.cache.get(7, String.class)).isNull();
	}

	static final class Source implements CacheWriter<Integer, String> {

		private final Map<Integer, String> values = new ConcurrentHashMap<>();

		@Override
		public String cacheName() {
			return "through";
		}

		@Override
		public void write(Integer key, @Nullable String value) {
			if ("refused".equals(value)) {
				throw new IllegalStateException("out of luck");
			}
			this.values.put(key, String.valueOf(value));
		}

		@Override
		public void delete(Integer key) {
			this.values.remove(key);
		}

	}

}
