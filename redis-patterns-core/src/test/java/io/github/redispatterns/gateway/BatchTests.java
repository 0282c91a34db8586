package io.github.redispatterns.gateway;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.Batch.Answer;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class BatchTests {

	private static final LuaScript<Long> COUNT = LuaScript.integer("test/count");

	private static final LuaScript<Long> FAIL = LuaScript.integer("test/fail");

	private final Redis redis;

	BatchTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void answersInOrderAndFailsOneByOne() {
		List<String> keys = List.of(this.redis.keys().key("batch"));
		Batch<Long> batch = this.redis.gateway().batch();
		batch.execute(COUNT, keys).execute(FAIL, keys).execute(COUNT, keys);
		batch.command((redis) -> redis.exists(RedisGateway.utf8("nothing")));
		List<Answer<Long>> answers = this.redis.gateway().await(batch.answers());
		assertThat(answers).hasSize(4);
		assertThat(answers.get(0).get()).isEqualTo(1);
		assertThat(answers.get(2).get()).isEqualTo(2);
		assertThat(answers.get(3).get()).isZero();
		assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(answers.get(1)::get)
			.withMessageContaining("out of luck");
	}

	@Test
	void anEmptyBatchIsOverAtOnce() {
		assertThat(this.redis.gateway().<Long>batch().answers().toCompletableFuture()).isCompletedWithValue(List.of());
	}

	@Test
	void waitsForNoAnswerBeforeItSendsTheNext() {
		this.redis.gateway().await(this.redis.gateway().<Long>batch().execute(COUNT, keys()).answers());
		Map<String, Long> commands = this.redis.commandsDuring(() -> {
			Batch<Long> batch = this.redis.gateway().batch();
			for (int i = 0; i < 100; i++) {
				batch.execute(COUNT, keys());
			}
			this.redis.gateway().await(batch.answers());
		});
		assertThat(commands).containsEntry("evalsha", 100L);
	}

	private List<String> keys() {
		return List.of(this.redis.keys().key("many"));
	}

}
