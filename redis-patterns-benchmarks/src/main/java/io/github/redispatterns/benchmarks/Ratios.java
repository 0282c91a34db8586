package io.github.redispatterns.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** Our throughput over each peer's, for the same case in the same run. */
final class Ratios {

	/** The parameter that says who did the work; {@link #OURS} or the name of a peer. */
	static final String PEER = "peer";

	static final String OURS = "redis-patterns";

	private Ratios() {
	}

	static List<String> of(String pattern, Collection<RunResult> results) {
		return results.stream()
			.filter((result) -> !OURS.equals(result.getParams().getParam(PEER)))
			.map((result) -> line(pattern, result, ours(results, result)))
			.toList();
	}

	private static RunResult ours(Collection<RunResult> results, RunResult peer) {
		return results.stream()
			.filter((result) -> OURS.equals(result.getParams().getParam(PEER)))
			.filter((result) -> caseName(result.getParams()).equals(caseName(peer.getParams())))
			.findFirst()
			.orElseThrow();
	}

	private static String line(String pattern, RunResult peer, RunResult ours) {
		double ratio = ours.getPrimaryResult().getScore() / peer.getPrimaryResult().getScore();
		return String.format(Locale.ROOT, "ratio %s.%s.%s %.2f", pattern, caseName(peer.getParams()),
				peer.getParams().getParam(PEER), ratio);
	}

	private static String caseName(BenchmarkParams params) {
		String benchmark = params.getBenchmark();
		return benchmark.substring(benchmark.lastIndexOf('.') + 1) + "-" + params.getThreads() + "-threads";
	}

}
