package io.github.redispatterns.cache;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Changes of a cache within a transaction. */
@ExtendWith(RedisExtension.class)
class TransactionTests {

	private final TransactionTemplate transaction = new TransactionTemplate(new NoResource());

	private final TypedCache cache;

	TransactionTests(Redis redis) {
		this.cache = Nodes.strings(redis, "transactional", CacheSettings.builder()).tagged((value) -> Set.of("t"));
	}

	@Test
	void changesAfterTheCommit() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> {
				change.run();
				assertThat(elsewhere()).isEqualTo("old");
			});
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
		}
	}

	@Test
	void changesNothingAfterARollback() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> {
				change.run();
				status.setRollbackOnly();
			});
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("old");
		}
	}

	@Test
	void doesNotReadWhatItIsGoingToChange() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> {
				assertThat(this.cache.get("k", () -> "mine")).isEqualTo("old");
				change.run();
				assertThat(this.cache.get("k", () -> "mine")).isEqualTo("mine");
				assertThat(this.cache.get("k", String.class)).isNull();
				assertThat(elsewhere()).isEqualTo("old");
			});
		}
	}

	@Test
	void loadsOfManyValuesOnlyWhatItIsGoingToChange() {
		this.cache.putAll(Map.of("k", "old", "other", "old"));
		this.transaction.executeWithoutResult((status) -> {
			this.cache.put("k", "new");
			assertThat(this.cache.getAll(List.of("k", "other"), (keys) -> {
				assertThat(keys).containsExactly("k");
				return Map.of("k", "mine");
			})).isEqualTo(Map.of("k", "mine", "other", "old"));
		});
		assertThat(this.cache.get("k", () -> "newer")).isEqualTo("new");
	}

	@Test
	void sweepsAtOnceAndAgain() {
		this.cache.put("k", "old");
		this.transaction.executeWithoutResult((status) -> {
			this.cache.evictMatching("*").done().toCompletableFuture().join();
			assertThat(elsewhere()).isEqualTo("not there");
		});
		Awaitility.await().until(() -> this.cache.get("k", String.class) == null);
	}

	@Test
	void evictsAtOnceWhereThatIsAskedForAndAgain() {
		this.cache.put("k", "old");
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.cache.evictIfPresent("k")).isTrue();
			new TransactionTemplate(new NoResource(),
					new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW))
				.executeWithoutResult(
						(inner) -> assertThat(this.cache.get("k", () -> "uncommitted")).isEqualTo("uncommitted"));
		});
		assertThat(this.cache.get("k", () -> "committed")).isEqualTo("committed");
	}

	private List<Runnable> changes() {
		return List.of(() -> this.cache.evict("k"), () -> this.cache.put("k", "new"), this.cache::clear,
				() -> this.cache.evictTags(Set.of("t")));
	}

	private String elsewhere() {
		return String.valueOf(CompletableFuture.supplyAsync(() -> this.cache.get("k", () -> "not there")).join());
	}

	private static final class NoResource extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

		@Override
		protected void doSetRollbackOnly(DefaultTransactionStatus status) {
		}

		@Override
		protected boolean isExistingTransaction(Object transaction) {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@Override
		protected Object doSuspend(Object transaction) {
			return new Object();
		}

		@Override
		protected void doResume(@Nullable Object transaction, Object suspendedResources) {
		}

	}

}
