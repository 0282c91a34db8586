package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

/**
 * Runs the benchmarks of one pattern against a server that it starts itself:
 * {@code java -jar benchmarks.jar <pattern> [--quick]}. The last lines are
 * {@code ratio <pattern>.<case>.<peer> <number>}, the throughput of redis-patterns over
 * the peer's.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Run.
	 * @param args the pattern, then options
	 * @throws RunnerException if JMH cannot run
	 */
	public static void main(String[] args) throws RunnerException {
		if (args.length == 0 || args[0].isBlank()) {
			System.err.println("Usage: java -jar benchmarks.jar <pattern> [--quick], with <pattern> such as gateway");
			System.exit(2);
		}
		boolean quick = Arrays.asList(args).contains("--quick");
		List<RunResult> results = new ArrayList<>();
		try (RedisServer server = DevRedis.start()) {
			for (int threads : quick ? new int[] { 16 } : new int[] { 1, 16, 128 }) {
				results.addAll(run(args[0], threads, quick, server));
			}
		}
		Ratios.of(args[0], results).forEach(System.out::println);
	}

	private static Collection<RunResult> run(String pattern, int threads, boolean quick, RedisServer server)
			throws RunnerException {
		Options options = new OptionsBuilder().include("\\.(?i:" + pattern.replace("-", "") + ")Benchmark\\.")
			.threads(threads)
			.forks(1)
			.warmupIterations(quick ? 1 : 3)
			.warmupTime(TimeValue.seconds(2))
			.measurementIterations(quick ? 3 : 5)
			.measurementTime(TimeValue.seconds(quick ? 2 : 3))
			.jvmArgsAppend("-D" + BenchmarkServer.URL_PROPERTY + "=" + server.url())
			.shouldFailOnError(true)
			.build();
		return new Runner(options).run();
	}

}
