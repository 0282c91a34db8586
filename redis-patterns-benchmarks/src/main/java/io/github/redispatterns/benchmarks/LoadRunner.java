package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.redispatterns.devservices.RedisServer;

/**
 * Lets the contenders of a case take turns, A B A B, so that a machine whose speed drifts
 * does not favour one of them.
 */
final class LoadRunner {

	private final RedisServer server;

	private final Effort effort;

	LoadRunner(RedisServer server, Effort effort) {
		this.server = server;
		this.effort = effort;
	}

	List<Outcome> run(List<Case> cases) throws Exception {
		List<Outcome> outcomes = new ArrayList<>();
		for (Case aCase : cases) {
			outcomes.add(run(aCase));
		}
		return outcomes;
	}

	private Outcome run(Case aCase) throws Exception {
		Map<String, List<Turn>> turns = new LinkedHashMap<>();
		try (Usage usage = new Usage(this.server)) {
			// The first round warms up and does not count.
			for (int round = 0; round <= this.effort.rounds(); round++) {
				for (Map.Entry<String, Case.Operation> contender : aCase.contenders().entrySet()) {
					Turn turn = turn(aCase, contender.getValue(), usage);
					if (round > 0) {
						turns.computeIfAbsent(contender.getKey(), (name) -> new ArrayList<>()).add(turn);
						System.out.printf(Locale.ROOT, "# %s %s %.0f/s%n", aCase.name(), contender.getKey(),
								turn.rate());
					}
				}
			}
		}
		return new Outcome(aCase, turns);
	}

	private Turn turn(Case aCase, Case.Operation operation, Usage usage) throws Exception {
		Usage.Reading before = usage.read();
		long start = System.nanoTime();
		long operations = load(aCase, operation, start + this.effort.turn().toNanos());
		Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
		return new Turn(operations, elapsed, usage.read().since(before));
	}

	private static long load(Case aCase, Case.Operation operation, long until) throws Exception {
		Callable<Long> caller = () -> {
			long done = 0;
			while (System.nanoTime() - until < 0) {
				done += operation.run();
			}
			return done;
		};
		ExecutorService threads = aCase.virtual() ? virtualThreads() : Executors.newFixedThreadPool(aCase.threads());
		try {
			long operations = 0;
			for (Future<Long> future : threads.invokeAll(Collections.nCopies(aCase.threads(), caller))) {
				operations += future.get();
			}
			return operations;
		}
		finally {
			threads.shutdown();
		}
	}

	// Language level 17, so by name; the cases ask only where there are virtual threads.
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

}
