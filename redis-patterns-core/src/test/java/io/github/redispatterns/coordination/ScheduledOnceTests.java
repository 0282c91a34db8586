package io.github.redispatterns.coordination;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronExpression;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class ScheduledOnceTests {

	private static final int NODES = 20;

	private static final int FIRES = 1_000;

	private final Redis redis;

	ScheduledOnceTests(Redis redis) {
		this.redis = redis;
	}

	/**
	 * Twenty nodes, each with a clock that is up to 30 seconds off, call a task at every
	 * second of their clocks, a thousand seconds long. What they do at about the same
	 * time they do at the same time here; what lies between is skipped.
	 */
	@Test
	void runsAThousandFiresAThousandTimesWhateverTheClocksSay() throws Exception {
		long seed = System.nanoTime();
		List<Call> calls = calls(new Random(seed));
		Map<Instant, AtomicInteger> runs = new ConcurrentHashMap<>();
		AtomicInteger skipped = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(NODES);
		for (int from = 0, to; from < calls.size(); from = to) {
			to = endOfMoment(calls, from);
			List<Callable<Object>> together = calls.subList(from, to)
				.stream()
				.map((call) -> Executors.callable(() -> call.run(runs, skipped)))
				.toList();
			for (Future<Object> done : threads.invokeAll(together)) {
				done.get();
			}
		}
		threads.shutdown();
		assertThat(skipped).as("fires that came during a run").hasValue(0);
		assertThat(runs).as("fires that were run, seed " + seed).hasSize(FIRES);
		assertThat(runs.values()).as("runs of each fire, seed " + seed)
			.allSatisfy((count) -> assertThat(count).hasValue(1));
	}

	private List<Call> calls(Random random) {
		Instant first = Instant.now().minusSeconds(2 * FIRES).truncatedTo(ChronoUnit.SECONDS);
		List<Call> calls = new ArrayList<>();
		for (int node = 0; node < NODES; node++) {
			long aheadMillis = random.nextInt(60_001) - 30_000;
			ClusterTask task = tasks("node-" + node).get("thousand");
			for (int fire = 0; fire < FIRES; fire++) {
				Instant local = first.plusSeconds(fire).plusMillis(random.nextInt(50));
				calls.add(new Call(task, local, local.minusMillis(aheadMillis)));
			}
		}
		calls.sort(Comparator.comparing(Call::happens));
		return calls;
	}

	private static int endOfMoment(List<Call> calls, int from) {
		Instant end = calls.get(from).happens().plusMillis(400);
		int to = from;
		while (to < calls.size() && calls.get(to).happens().isBefore(end)) {
			to++;
		}
		return to;
	}

	@Test
	void runsScheduledMethodsOfNodesWithDifferentClocksOnce() {
		AtomicInteger runs = new AtomicInteger();
		List<AnnotationConfigApplicationContext> nodes = new ArrayList<>();
		Instant begin = Instant.now();
		for (int seconds : new int[] { -30, 0, 7, 30 }) {
			nodes.add(node(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)), new EverySecond(runs)));
		}
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> runs.get() >= 8);
		long seconds = Duration.between(begin, Instant.now()).toSeconds() + 1;
		// A node that comes and is ahead of all before it runs a fire that they did not.
		assertThat(runs.get()).isLessThanOrEqualTo((int) seconds + nodes.size());
		nodes.forEach(AnnotationConfigApplicationContext::close);
		TaskHistory history = tasks("reader").get("every-second").history();
		assertThat(history.last().orElseThrow().node()).isEqualTo("node");
	}

	@Test
	void runsAtAFixedRateOnceInAPeriod() {
		AtomicInteger runs = new AtomicInteger();
		List<AnnotationConfigApplicationContext> nodes = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			nodes.add(node(Clock.systemUTC(), new EveryPeriod(runs)));
		}
		Instant begin = Instant.now();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> runs.get() >= 5);
		nodes.forEach(AnnotationConfigApplicationContext::close);
		long periods = Duration.between(begin, Instant.now()).toMillis() / 300;
		assertThat(runs.get()).isLessThanOrEqualTo((int) periods + 3);
	}

	@Test
	void refusesWhatCannotWork() {
		refuses(new Returning(), "void");
		refuses(new Unscheduled(), "cannot be told");
		refuses(new Mixed(), "cannot be told");
		refuses(new AtStart(), "scheduled once");
	}

	private void refuses(Object bean, String text) {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> node(Clock.systemUTC(), bean))
			.havingRootCause()
			.isInstanceOf(InvalidAnnotationException.class)
			.satisfies((ex) -> assertThat(ex.getMessage() + ((InvalidAnnotationException) ex).action()).contains(text));
	}

	@SuppressWarnings("unchecked")
	private AnnotationConfigApplicationContext node(Clock clock, Object bean) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(Scheduling.class);
		context.registerBean("taskScheduler", ThreadPoolTaskScheduler.class, () -> {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setClock(clock);
			return scheduler;
		});
		context.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		context.registerBean(OncePerClusterAdvisor.class,
				() -> new OncePerClusterAdvisor(() -> tasks("node"), context.getBeanFactory(), () -> clock));
		context.registerBean((Class<Object>) bean.getClass(), () -> bean);
		context.refresh();
		return context;
	}

	private ClusterTasks tasks(String node) {
		return new ClusterTasks(this.redis.gateway(), this.redis.keys(), node, TaskSettings.ofDefaults());
	}

	/**
	 * A call of a task.
	 *
	 * @param task the task, on its node
	 * @param local when, by the clock of the node
	 * @param happens when
	 */
	private record Call(ClusterTask task, Instant local, Instant happens) {

		private static final CronFires EVERY_SECOND = new CronFires(CronExpression.parse("* * * * * *"),
				ZoneOffset.UTC);

		void run(Map<Instant, AtomicInteger> runs, AtomicInteger skipped) {
			Fire.At fire = Objects.requireNonNull(EVERY_SECOND.fire(this.local));
			FireAnswer answer = this.task.run(fire,
					() -> runs.computeIfAbsent(fire.instant(), (instant) -> new AtomicInteger()).incrementAndGet());
			if (answer == FireAnswer.STILL_RUNNING) {
				skipped.incrementAndGet();
			}
		}

	}

	@EnableScheduling
	static class Scheduling {

	}

	static class EverySecond {

		private final AtomicInteger runs;

		EverySecond(AtomicInteger runs) {
			this.runs = runs;
		}

		@Scheduled(cron = "* * * * * *")
		@OncePerCluster(name = "every-second", lease = "5s")
		void run() {
			this.runs.incrementAndGet();
		}

	}

	static class EveryPeriod {

		private final AtomicInteger runs;

		EveryPeriod(AtomicInteger runs) {
			this.runs = runs;
		}

		@Scheduled(fixedRateString = "${period:300}")
		@OncePerCluster
		void run() {
			this.runs.incrementAndGet();
		}

	}

	static class Returning {

		@Scheduled(fixedRate = 1)
		@OncePerCluster
		int run() {
			return 1;
		}

	}

	static class Unscheduled {

		@OncePerCluster
		void run() {
		}

	}

	static class Mixed {

		@Scheduled(fixedRate = 1)
		@Scheduled(cron = "* * * * * *")
		@OncePerCluster
		void run() {
		}

	}

	static class AtStart {

		@Scheduled(initialDelay = 1)
		@OncePerCluster
		void run() {
		}

	}

}
