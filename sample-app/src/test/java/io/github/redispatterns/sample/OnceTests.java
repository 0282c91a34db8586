package io.github.redispatterns.sample;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.coordination.ClusterTasks;
import io.github.redispatterns.coordination.TaskRun;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class OnceTests {

	@Test
	void aPurchaseThatIsSentAgainGivesTheSameTicket(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		String key = UUID.randomUUID().toString();
		HttpResponse<String> first = ada.buy(shops.a(), 102, key);
		HttpResponse<String> second = ada.buy(shops.b(), 102, key);
		assertThat(first.statusCode()).isEqualTo(201);
		assertThat(second.statusCode()).isEqualTo(201);
		assertThat(second.body()).isEqualTo(first.body());
		assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
	}

	@Test
	void anotherSeatNeedsAnotherKey(TwoShops shops) {
		Visitor ada = Visitor.loggedIn(shops.a(), "Ada");
		String key = UUID.randomUUID().toString();
		assertThat(ada.buy(shops.a(), 102, key).statusCode()).isEqualTo(201);
		assertThat(ada.buy(shops.a(), 103, key).statusCode()).isEqualTo(422);
	}

	@Test
	void theBooksAreClosedByOneNode(TwoShops shops) {
		Bookkeeper a = shops.a().bean(Bookkeeper.class);
		Bookkeeper b = shops.b().bean(Bookkeeper.class);
		int before = a.closings() + b.closings();
		List<CompletableFuture<Void>> calls = IntStream.range(0, 20)
			.mapToObj((number) -> CompletableFuture.runAsync(() -> ((number % 2 == 0) ? a : b).close()))
			.toList();
		calls.forEach(CompletableFuture::join);
		int after = a.closings() + b.closings();
		assertThat(after).as("closings so far").isPositive();
		assertThat(after - before).as("closings of this minute, or of two").isLessThanOrEqualTo(2);
		assertThat(shops.a().bean(ClusterTasks.class).get(Bookkeeper.TASK).history().last()).map(TaskRun::outcome)
			.hasValue(TaskRun.Outcome.SUCCEEDED);
	}

}
