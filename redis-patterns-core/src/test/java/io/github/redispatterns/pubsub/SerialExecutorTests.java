package io.github.redispatterns.pubsub;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SerialExecutorTests {

	private final Queue<Integer> done = new ConcurrentLinkedQueue<>();

	@Test
	void runsWhatWaitsBeforeItEnds() {
		SerialExecutor executor = new SerialExecutor("test-", 100);
		IntStream.range(0, 50).forEach((i) -> executor.execute(() -> this.done.add(i)));
		executor.close();
		assertThat(this.done).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
		executor.execute(() -> this.done.add(50));
		assertThat(this.done).hasSize(50);
	}

	@Test
	void dropsWhatComesWhileTheQueueIsFull() throws InterruptedException {
		CountDownLatch slow = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		SerialExecutor executor = new SerialExecutor("test-", 1);
		executor.execute(() -> {
			begun.countDown();
			awaitUninterruptibly(slow);
		});
		begun.await();
		executor.execute(() -> this.done.add(1));
		executor.execute(() -> this.done.add(2));
		slow.countDown();
		executor.close();
		assertThat(this.done).containsExactly(1);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
