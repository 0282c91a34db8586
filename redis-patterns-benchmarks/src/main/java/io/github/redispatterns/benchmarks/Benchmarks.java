package io.github.redispatterns.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

/**
 * Runs the benchmarks of one pattern against a server that it starts itself:
 * {@code java -jar benchmarks.jar <pattern> [--quick]}. {@code --quick} ends within a
 * minute and says less exactly what the full run says within ten. Further words let only
 * the cases run whose names begin with one of them.
 * <p>
 * The last lines are for machines as well: <pre>
 * ratio &lt;pattern&gt;.&lt;case&gt;.&lt;peer&gt; &lt;number&gt;
 * cost  &lt;pattern&gt;.&lt;case&gt; commands=&lt;n&gt; trips=&lt;n&gt; jvm_us=&lt;n&gt; redis_us=&lt;n&gt; bytes=&lt;n&gt;
 * </pre> A ratio is our throughput over the peer's, higher is better; costs are of one of
 * our operations.
 */
public final class Benchmarks {

	private static final String MICRO = "micro";

	private static final Map<String, Function<Target, PatternBenchmark>> PATTERNS = new TreeMap<>(
			Map.of("cache", CacheBenchmark::new, "gateway", GatewayBenchmark::new, "lock", LockBenchmark::new,
					"ratelimit", RateLimitBenchmark::new));

	private Benchmarks() {
	}

	/**
	 * Run.
	 * @param args the pattern, then options
	 * @throws Exception if a case fails
	 */
	public static void main(String[] args) throws Exception {
		Effort effort = Arrays.asList(args).contains("--quick") ? Effort.QUICK : Effort.FULL;
		if (args.length > 0 && args[0].equals(MICRO)) {
			MicroBenchmark.run(effort);
			return;
		}
		if (args.length == 0 || !PATTERNS.containsKey(args[0])) {
			System.err.println("Usage: java -jar benchmarks.jar <pattern> [--quick], with one of " + PATTERNS.keySet()
					+ " or " + MICRO);
			System.exit(2);
			return;
		}
		try (RedisServer server = DevRedis.start()) {
			System.out.println("# " + server);
			run(args[0], new Target(server.host(), server.port()), effort, args);
		}
		System.exit(0);
	}

	private static void run(String pattern, Target target, Effort effort, String[] args) throws Exception {
		try (PatternBenchmark benchmark = of(pattern, target)) {
			List<Case> cases = chosen(benchmark.cases(), args);
			Effort each = effort.spreadOver(cases);
			List<Outcome> outcomes;
			try (LoadRunner runner = new LoadRunner(pattern, target, each)) {
				outcomes = runner.run(cases);
			}
			List<Ratio> more = benchmark.more(each);
			outcomes.forEach((outcome) -> outcome.lines(pattern).forEach(System.out::println));
			more.forEach((ratio) -> System.out.println(ratio.line(pattern)));
		}
	}

	static PatternBenchmark of(String pattern, Target target) {
		return Objects.requireNonNull(PATTERNS.get(pattern), pattern).apply(target);
	}

	private static List<Case> chosen(List<Case> cases, String[] args) {
		List<String> beginnings = Arrays.stream(args).skip(1).filter((arg) -> !arg.startsWith("--")).toList();
		return cases.stream()
			.filter((aCase) -> beginnings.isEmpty() || beginnings.stream().anyMatch(aCase.name()::startsWith))
			.toList();
	}

}
