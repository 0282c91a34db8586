package io.github.redispatterns.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import io.github.redispatterns.key.KeySpace;

/**
 * What is done in this JVM alone for each operation, by JMH: the {@code micro} pattern.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MicroBenchmark {

	private final KeySpace keys = KeySpace.of("shop").child("rate-limit");

	private final String plain = "user:4711";

	private final String hostile = "{*}\n".repeat(100);

	private final List<String> parts = List.of("42", "de");

	static void run(Effort effort) throws RunnerException {
		boolean quick = effort == Effort.QUICK;
		new Runner(new OptionsBuilder().include(MicroBenchmark.class.getName())
			.forks(1)
			.warmupIterations(quick ? 2 : 5)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(quick ? 3 : 10)
			.measurementTime(TimeValue.seconds(1))
			.shouldFailOnError(true)
			.build()).run();
	}

	/**
	 * Encode an ordinary key.
	 * @return the key
	 */
	@Benchmark
	public String plainKey() {
		return this.keys.key("purchase", this.plain);
	}

	/**
	 * Encode and hash a strange key.
	 * @return the key
	 */
	@Benchmark
	public String hostileKey() {
		return this.keys.key("purchase", this.hostile);
	}

	/**
	 * Encode a key of several parts.
	 * @return the key
	 */
	@Benchmark
	public String compositeKey() {
		return this.keys.key(this.parts);
	}

}
