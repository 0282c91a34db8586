package io.github.redispatterns.pubsub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RedisExtension.class)
class MessagingTests {

	private final Redis redis;

	private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();

	private final MessagePublisher publisher;

	private final MessageSubscriber subscriber;

	private final List<Sale> received = new CopyOnWriteArrayList<>();

	MessagingTests(Redis redis) {
		this.redis = redis;
		this.container.setConnectionFactory(redis.factory());
		this.container.setTaskExecutor(new SerialExecutor("test-", 2_000));
		this.container.setSubscriptionExecutor(new SimpleAsyncTaskExecutor());
		this.container.afterPropertiesSet();
		this.container.start();
		this.publisher = new MessagePublisher(redis.gateway(), redis.keys(), redis.codec(), OnRedisFailure.CLOSED);
		this.subscriber = new MessageSubscriber(this.container, redis.keys(), redis.codec());
	}

	@AfterEach
	void close() throws Exception {
		this.container.destroy();
	}

	@Test
	void deliversTypedMessages() {
		this.subscriber.subscribe("typed", Sale.class, this.received::add);
		assertThat(this.publisher.publish("typed", new Sale(1, "ann"))).isEqualTo(1);
		awaitReceived(new Sale(1, "ann"));
	}

	@Test
	void keepsTheOrder() {
		this.subscriber.subscribe("ordered", Sale.class, this.received::add);
		List<Sale> sales = IntStream.range(0, 1_000).mapToObj((i) -> new Sale(i, "ann")).toList();
		sales.forEach((sale) -> this.publisher.publishAsync("ordered", sale));
		Awaitility.await().until(() -> this.received.size() == sales.size());
		assertThat(this.received).isEqualTo(sales);
	}

	@Test
	void dropsWhatIsNoMessage() {
		this.subscriber.subscribe("mixed", Sale.class, this.received::add);
		this.redis.commands().publish(this.redis.keys().channel("mixed"), "{no json");
		this.redis.commands().publish(this.redis.keys().channel("mixed"), "null");
		this.publisher.publish("mixed", new Sale(2, "bob"));
		awaitReceived(new Sale(2, "bob"));
	}

	@Test
	void goesOnAfterAListenerFailed() {
		this.subscriber.subscribe("failing", Sale.class, (sale) -> {
			if (sale.seat() == 1) {
				throw new IllegalStateException("out of luck");
			}
			this.received.add(sale);
		});
		this.publisher.publish("failing", new Sale(1, "ann"));
		this.publisher.publish("failing", new Sale(2, "ann"));
		awaitReceived(new Sale(2, "ann"));
	}

	@Test
	void endsASubscription() {
		Subscription first = this.subscriber.subscribe("ended", Sale.class,
				(sale) -> this.received.add(new Sale(0, "")));
		this.subscriber.subscribe("ended", Sale.class, this.received::add);
		first.close();
		this.publisher.publish("ended", new Sale(3, "cat"));
		awaitReceived(new Sale(3, "cat"));
	}

	@Test
	void dropsWhatASlowListenerLeavesNoRoomFor() throws InterruptedException {
		SerialExecutor executor = new SerialExecutor("full-", 2);
		CountDownLatch slow = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(3);
		IntStream.range(0, 10).forEach((i) -> executor.execute(() -> {
			await(slow);
			done.countDown();
		}));
		slow.countDown();
		done.await();
		assertThat(done.getCount()).isZero();
	}

	private void awaitReceived(Sale... sales) {
		Awaitility.await().untilAsserted(() -> assertThat(this.received).containsExactly(sales));
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	record Sale(long seat, String buyer) {
	}

}
