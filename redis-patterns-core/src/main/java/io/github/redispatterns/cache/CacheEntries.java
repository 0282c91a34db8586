package io.github.redispatterns.cache;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The entries of one cache in Redis, as bytes.
 * <p>
 * Keys <code>prefix:cache:name:{key}</code>, strings, each with the time to live of the
 * cache. Commands: {@code GET}, {@code SET PX}, {@code UNLINK}, one script; to clear,
 * {@code SCAN} and {@code UNLINK} page by page.
 */
final class CacheEntries {

	private static final LuaScript<byte @Nullable []> PUT_IF_ABSENT = LuaScript.value("cache/put-if-absent");

	private static final int PAGE = 500;

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final long timeToLiveMillis;

	CacheEntries(RedisGateway gateway, KeySpace keys, CacheSettings settings) {
		this.gateway = gateway;
		this.keys = keys;
		this.timeToLiveMillis = settings.timeToLive().toMillis();
	}

	CompletionStage<byte @Nullable []> get(String key) {
		return this.gateway.command((redis) -> redis.get(RedisGateway.utf8(key)));
	}

	CompletionStage<String> put(String key, byte[] value) {
		return this.gateway
			.command((redis) -> redis.set(RedisGateway.utf8(key), value, SetArgs.Builder.px(this.timeToLiveMillis)));
	}

	CompletionStage<byte @Nullable []> putIfAbsent(String key, byte[] value) {
		return this.gateway.execute(PUT_IF_ABSENT, List.of(key), value, this.timeToLiveMillis);
	}

	CompletionStage<Boolean> evict(String key) {
		return this.gateway.command((redis) -> redis.unlink(RedisGateway.utf8(key))).thenApply((count) -> count > 0);
	}

	/**
	 * Remove all entries that were there when the call began. On a cluster all masters
	 * are scanned.
	 * @return whether there was one
	 */
	boolean clear() {
		ScanArgs page = ScanArgs.Builder.matches(this.keys.pattern()).limit(PAGE);
		boolean found = false;
		ScanCursor cursor = ScanCursor.INITIAL;
		while (!cursor.isFinished()) {
			ScanCursor from = cursor;
			KeyScanCursor<byte[]> scanned = this.gateway.await(this.gateway.command((redis) -> redis.scan(from, page)));
			found |= remove(scanned.getKeys());
			cursor = scanned;
		}
		return found;
	}

	private boolean remove(List<byte[]> keys) {
		return !keys.isEmpty()
				&& this.gateway.await(this.gateway.command((redis) -> redis.unlink(keys.toArray(byte[][]::new)))) > 0;
	}

}
