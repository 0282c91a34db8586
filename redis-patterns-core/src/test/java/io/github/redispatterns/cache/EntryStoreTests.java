package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.EntryStore.LeaseRequest;
import io.github.redispatterns.cache.EntryStore.Life;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.EntryMetadata;
import io.github.redispatterns.codec.Envelope;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.DedicatedConnection;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What the scripts do with an entry that lies below something else. */
@ExtendWith(RedisExtension.class)
class EntryStoreTests {

	private static final ResolvableType TYPE = ResolvableType.forClass(String.class);

	private static final String CHANNELS = "waiters:";

	private static final String OWNER = "-the-owner-token";

	private static final String WAITER = "a-waiter-of-node";

	private static final Life LIFE = new Life(10_000_000, 10_000);

	private final Redis redis;

	private final EntryCodec codec;

	private final EntryStore store;

	private final String key;

	private final long now;

	EntryStoreTests(Redis redis, TestInfo test) {
		this.redis = redis;
		this.codec = new EntryCodec(PayloadPipeline.of(redis.codec()));
		this.store = new EntryStore(redis.gateway(),
				new CacheVersions(redis.gateway(), redis.keys(), "store", Duration.ofMinutes(1)), new ServerClock(),
				CHANNELS, (key) -> 0);
		this.key = redis.keys()
			.child("cache")
			.child("store")
			.key(test.getTestMethod().orElseThrow().getName() + test.getDisplayName());
		this.now = Long.parseLong(redis.commands().time().get(0)) * 1_000_000;
	}

	@ParameterizedTest
	@EnumSource
	void replacesAnOlderEntryByANewerOne(Below below) {
		write(below, entry(this.now, "old"));
		await(this.store.putNewer(this.key, entry(this.now + 1, "new"), LIFE));
		assertThat(stored()).isEqualTo("new");
		assertThat(bytes()).as("neither lease nor pause").startsWith(0xF9);
		assertThat(this.redis.commands().pttl(this.key)).isBetween(1L, 10_000L);
		assertThat(await(this.store.fill(this.key, OWNER, entry(this.now, "loaded"), LIFE)).held()).isFalse();
		assertThat(stored()).isEqualTo("new");
	}

	@ParameterizedTest
	@EnumSource(names = { "NOTHING", "LEASE", "PAUSE" })
	void leavesNothingOfANewerEntryOrOfAnOlderOne(Below below) {
		write(below, entry(this.now + 1, "new"));
		await(this.store.putNewer(this.key, entry(this.now, "old"), LIFE));
		assertThat(this.redis.commands().exists(this.key)).isZero();
		assertThat(await(this.store.fill(this.key, OWNER, entry(this.now, "loaded"), LIFE)).held()).isFalse();
		assertThat(stored()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void putsWhateverIsThere(Below below) {
		write(below, entry(this.now + 1, "old"));
		await(this.store.put(this.key, entry(this.now, "put"), LIFE));
		assertThat(stored()).isEqualTo("put");
		assertThat(bytes()).as("neither lease nor pause").startsWith(0xF9);
		assertThat(this.redis.commands().pttl(this.key)).isBetween(1L, 10_000L);
		assertThat(await(this.store.fill(this.key, OWNER, entry(this.now, "loaded"), LIFE)).held()).isFalse();
		assertThat(stored()).isEqualTo("put");
	}

	@ParameterizedTest
	@EnumSource(names = { "LEASE", "LEASE_WITHOUT_ENTRY" })
	void wakesThoseWhoWaitForALoadThatAWriteOvertakes(Below below) {
		Queue<String> woken = new ConcurrentLinkedQueue<>();
		DedicatedConnection listener = this.redis.gateway()
			.listen("waiter", CHANNELS + WAITER, (message) -> woken.add(new String(message, StandardCharsets.UTF_8)));
		for (long created : new long[] { this.now + 1, this.now - 1 }) {
			write(below, entry(this.now, "old"));
			LeaseRequest other = new LeaseRequest("-another's-token", 20_000, identity(entry(this.now, "old")), true, 0,
					WAITER);
			assertThat(await(this.store.lease(this.key, other)).status()).isEqualTo(LeaseReply.Status.THEIRS);
			await(this.store.putNewer(this.key, entry(created, "put"), LIFE));
			Awaitility.await().until(() -> this.key.equals(woken.poll()));
		}
		listener.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "NOTHING", "LEASE", "PAUSE" })
	void letsAnEntryLiveLongerAndLeavesWhatLiesAboveIt(Below below) {
		byte[] entry = entry(this.now, "v");
		write(below, entry);
		StoredEntry before = read();
		assertThat(await(this.store.touch(this.key, identity(entry), 60_000_000, 3_600_000_000L, 5_000))).isTrue();
		StoredEntry after = read();
		EntryMetadata metadata = Objects.requireNonNull(after.envelope()).metadata();
		assertThat(metadata.createdMicros()).isEqualTo(this.now);
		assertThat(metadata.expiryMicros() - this.now).isBetween(60_000_000L, 100_000_000L);
		assertThat(stored()).isEqualTo("v");
		assertThat(this.redis.commands().pttl(this.key)).isBetween(50_000L, 65_000L);
		assertThat(after.pausedUntilMicros()).isEqualTo(before.pausedUntilMicros());
		assertThat(after.pausedUntilMicros() > 0).isEqualTo(below == Below.PAUSE);
		assertThat(await(this.store.fill(this.key, OWNER, entry(this.now, "loaded"), LIFE)).held())
			.isEqualTo(below == Below.LEASE);
	}

	@ParameterizedTest
	@EnumSource
	void letsNoOtherEntryLiveLonger(Below below) {
		write(below, entry(this.now, "v"));
		byte[] before = bytes();
		assertThat(await(this.store.touch(this.key, identity(entry(this.now - 1, "v")), 60_000_000, 3_600_000_000L, 0)))
			.isFalse();
		assertThat(bytes()).isEqualTo(before);
		assertThat(this.redis.commands().pttl(this.key)).isLessThanOrEqualTo(20_000);
	}

	private void write(Below below, byte[] entry) {
		this.redis.commands().del(this.key);
		if (below != Below.LEASE_WITHOUT_ENTRY) {
			await(this.store.put(this.key, entry, LIFE));
		}
		if (below != Below.NOTHING) {
			LeaseRequest request = new LeaseRequest(OWNER, 20_000, identity(entry), true, 0, "");
			assertThat(await(this.store.lease(this.key, request)).status()).isEqualTo(LeaseReply.Status.MINE);
		}
		if (below == Below.PAUSE) {
			assertThat(await(this.store.release(this.key, OWNER, 60_000_000, true)).held()).isTrue();
		}
	}

	private byte[] entry(long created, String value) {
		return this.codec.encode(this.key, new EntryMetadata(created, created + 10_000_000, 0, 1, Map.of()), value,
				TYPE);
	}

	private static byte[] identity(byte[] entry) {
		return StoredEntry.read(entry, 0).identity();
	}

	private byte @Nullable [] bytes() {
		return await(this.store.read(this.key)).bytes();
	}

	private StoredEntry read() {
		return StoredEntry.read(bytes(), 0);
	}

	private @Nullable Object stored() {
		Envelope envelope = read().envelope();
		return (envelope != null && this.codec.decode(this.key, envelope, TYPE) instanceof Decoded.Value found)
				? found.value() : null;
	}

	private <T extends @Nullable Object> T await(CompletionStage<T> answer) {
		return this.redis.gateway().await(answer);
	}

	/** What an entry lies below. */
	enum Below {

		NOTHING, LEASE, LEASE_WITHOUT_ENTRY, PAUSE

	}

}
