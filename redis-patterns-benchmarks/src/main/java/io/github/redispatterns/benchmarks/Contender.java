package io.github.redispatterns.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.OperatingSystemMXBean;

/**
 * The work of one contender in a JVM of its own, as {@link ContenderProcess} orders it:
 * each line of the input is a turn, each line of the output what was done in it.
 */
public final class Contender {

	private final OperatingSystemMXBean jvm = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final String name;

	private final List<Case> cases;

	private final Map<String, Case.Operation> operations = new HashMap<>();

	private Contender(String name, List<Case> cases) {
		this.name = name;
		this.cases = cases;
	}

	/**
	 * Work until the input ends.
	 * @param args the contender, the pattern, and the server's host and port
	 * @throws Exception if an operation fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		// For what libraries say.
		System.setOut(System.err);
		Target target = new Target(args[2], Integer.parseInt(args[3]));
		try (PatternBenchmark benchmark = Benchmarks.of(args[1], target)) {
			Contender contender = new Contender(args[0], benchmark.cases());
			new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines()
				.map(contender::work)
				.forEach(answers::println);
		}
		System.exit(0);
	}

	private String work(String order) {
		String[] words = order.split(" ");
		Case aCase = this.cases.stream().filter((each) -> each.name().equals(words[0])).findFirst().orElseThrow();
		try {
			return work(aCase, Duration.parse(words[1])).toString();
		}
		catch (Exception ex) {
			throw new IllegalStateException("%s cannot do %s".formatted(this.name, order), ex);
		}
	}

	private Work work(Case aCase, Duration turn) throws Exception {
		Case.Operation operation = this.operations.computeIfAbsent(aCase.name(),
				(name) -> Objects.requireNonNull(aCase.contenders().get(this.name)).get());
		long cpu = this.jvm.getProcessCpuTime();
		long start = System.nanoTime();
		long done = load(aCase, operation, start + turn.toNanos());
		return new Work(done, System.nanoTime() - start, this.jvm.getProcessCpuTime() - cpu);
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

	/**
	 * What was done in a turn.
	 *
	 * @param operations how many
	 * @param nanos in which time
	 * @param cpuNanos CPU time of the JVM
	 */
	record Work(long operations, long nanos, long cpuNanos) {

		static Work parse(String line) {
			String[] words = line.split(" ");
			return new Work(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
		}

		@Override
		public String toString() {
			return this.operations + " " + this.nanos + " " + this.cpuNanos;
		}

	}

}
