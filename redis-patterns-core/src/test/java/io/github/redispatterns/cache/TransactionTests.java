package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Changes of a cache within a transaction. */
@ExtendWith(RedisExtension.class)
class TransactionTests {

	private final TransactionTemplate transaction = new TransactionTemplate(new NoResource());

	private final Redis redis;

	private final TypedCache cache;

	TransactionTests(Redis redis) {
		this.redis = redis;
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

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void keepsInNoneOfSeveralCachesWhatItReturnsBeforeTheCommit(int evicted) {
		TypedCache other = Nodes.strings(this.redis, "transactional-too", CacheSettings.builder());
		List<TypedCache> caches = List.of(this.cache, other);
		CacheGroup group = new CacheGroup(caches);
		group.clear();
		group.get("k", () -> "old");
		this.transaction.executeWithoutResult((status) -> {
			caches.get(evicted).evict("k");
			assertThat(group.get("k")).isNull();
			assertThat(group.get("k", () -> "mine")).isEqualTo("mine");
			assertThat(group.retrieve("k", () -> CompletableFuture.completedFuture("mine")))
				.isCompletedWithValue("mine");
			status.setRollbackOnly();
		});
		assertThat(caches).allSatisfy((cache) -> assertThat(cache.get("k", String.class)).isEqualTo("old"));
		other.clear();
		this.transaction.executeWithoutResult((status) -> {
			caches.get(evicted).evict("k");
			group.get("k", () -> "mine");
			assertThat(caches).allSatisfy((cache) -> assertThat(cache.get("k", String.class)).isNotEqualTo("mine"));
		});
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

	@Test
	void changesWhatIsChangedAfterTheCommit() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> afterCommit(change));
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
		}
	}

	@Test
	void changesAtOnceWhatIsChangedAfterItsOwnChanges() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> {
				this.cache.evict("other");
				afterCommit(() -> {
					assertThat(elsewhere()).isEqualTo("old");
					change.run();
					assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
				});
			});
			assertThat(this.cache.get("k", () -> "newer")).isEqualTo("new");
		}
	}

	@Test
	void changesAllTheSameWhereSomethingElseFailsAfterTheCommit() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				afterCommit(() -> {
					throw new IllegalStateException("out of luck");
				});
				change.run();
			}));
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
		}
	}

	@Test
	void triesAllChangesAndThrowsTheFirstFailure() {
		WriteBehindSettings few = new WriteBehindSettings(Duration.ofMinutes(10), 10, 1, Duration.ofMillis(1), 3,
				Duration.ofMillis(10), Duration.ofMillis(100));
		TypedCacheManager manager = Nodes.node(this.redis)
			.writer(new WriteBehindTests.Source("full"))
			.cache("full", CacheSettings.builder().writeBehind(few).build())
			.build();
		TypedCache full = manager.getCache("full");
		full.put(1, "one");
		this.cache.put("k", "old");
		try {
			assertThatExceptionOfType(CacheWritesFullException.class)
				.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
					full.put(2, "two");
					this.cache.evict("k");
					full.put(3, "three");
				}))
				.satisfies((failure) -> assertThat(failure.getSuppressed())
					.hasOnlyElementsOfType(CacheWritesFullException.class)
					.hasSize(1));
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
		}
		finally {
			manager.stop();
		}
	}

	@Test
	void changesNothingThatWasRolledBackToASavepoint() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.cache.put("before", "old");
			this.cache.put("after", "old");
			this.transaction.executeWithoutResult((status) -> {
				rolledBack(() -> this.cache.evict("k"));
				this.cache.evict("before");
				rolledBack(change);
				this.cache.evict("after");
				rolledBack(() -> nested().executeWithoutResult((inner) -> change.run()));
				assertThat(this.cache.get("k", () -> "mine")).isEqualTo("old");
				assertThat(this.cache.get("before", () -> "mine")).isEqualTo("mine");
			});
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("old");
			assertThat(this.cache.get("before", () -> "new")).isEqualTo("new");
			assertThat(this.cache.get("after", () -> "new")).isEqualTo("new");
		}
	}

	@Test
	void changesWhatASavepointKept() {
		for (Runnable change : changes()) {
			this.cache.put("k", "old");
			this.transaction.executeWithoutResult((status) -> nested().executeWithoutResult((inner) -> change.run()));
			assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
		}
	}

	@Test
	void putsWhatIsAbsentAfterTheCommit() {
		this.cache.evict("k");
		this.cache.put("there", "old");
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.cache.putIfAbsent("k", "put")).isNull();
			assertThat(this.cache.putIfAbsent("there", "put"))
				.satisfies((present) -> assertThat(Objects.requireNonNull(present).get()).isEqualTo("old"));
			assertThat(elsewhere()).isEqualTo("not there");
			this.cache.evict("k");
			assertThat(this.cache.putIfAbsent("k", "put")).isNull();
		});
		assertThat(this.cache.get("k", () -> "new")).isEqualTo("put");
		assertThat(this.cache.get("there", () -> "new")).isEqualTo("old");
		this.cache.evict("k");
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.cache.putIfAbsent("k", "rolled back")).isNull();
			status.setRollbackOnly();
		});
		assertThat(this.cache.get("k", () -> "new")).isEqualTo("new");
	}

	private static void afterCommit(Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	private void rolledBack(Runnable change) {
		nested().executeWithoutResult((inner) -> {
			change.run();
			inner.setRollbackOnly();
		});
	}

	private TransactionTemplate nested() {
		return new TransactionTemplate(new NoResource(),
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
	}

	private List<Runnable> changes() {
		return List.of(() -> this.cache.evict("k"), () -> this.cache.put("k", "new"), this.cache::clear,
				() -> this.cache.evictTags(Set.of("t")));
	}

	private String elsewhere() {
		return String.valueOf(CompletableFuture.supplyAsync(() -> this.cache.get("k", () -> "not there")).join());
	}

	private static final class NoResource extends AbstractPlatformTransactionManager {

		NoResource() {
			setNestedTransactionAllowed(true);
		}

		@Override
		protected Object doGetTransaction() {
			return new NoSavepoints();
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

	private static final class NoSavepoints implements SavepointManager {

		@Override
		public Object createSavepoint() {
			return new Object();
		}

		@Override
		public void rollbackToSavepoint(Object savepoint) {
		}

		@Override
		public void releaseSavepoint(Object savepoint) {
		}

	}

}
