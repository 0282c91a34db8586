package io.github.redispatterns.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The turns of a case by contender; turns of the same round belong together.
 *
 * @param of the case
 * @param turns by contender
 */
record Outcome(Case of, Map<String, List<Turn>> turns) {

	List<String> lines(String pattern) {
		List<String> lines = new ArrayList<>();
		String name = pattern + "." + this.of.name();
		this.turns.keySet()
			.stream()
			.filter((peer) -> !peer.equals(Case.OURS))
			.forEach((peer) -> lines.add(format("ratio %s.%s %.2f", name, peer, ratio(peer))));
		this.turns.forEach((contender, ignored) -> lines.add(cost(name, contender)));
		return lines;
	}

	private double ratio(String peer) {
		List<Turn> ours = turns(Case.OURS);
		List<Turn> theirs = turns(peer);
		return median(IntStream.range(0, ours.size()).mapToDouble((i) -> ours.get(i).rate() / theirs.get(i).rate()));
	}

	private String cost(String name, String contender) {
		String who = contender.equals(Case.OURS) ? name : name + "." + contender;
		return format("cost  %s commands=%.2f trips=%.2f jvm_us=%.2f redis_us=%.2f bytes=%.0f", who,
				each(contender, (turn) -> turn.used().commands()), this.of.trips(), each(contender, Turn::jvmMicros),
				each(contender, (turn) -> turn.used().redisMicros()), each(contender, (turn) -> turn.used().bytes()));
	}

	private double each(String contender, ToDoubleFunction<Turn> amount) {
		return median(turns(contender).stream().mapToDouble((turn) -> turn.each(amount.applyAsDouble(turn))));
	}

	private List<Turn> turns(String contender) {
		return this.turns.getOrDefault(contender, List.of());
	}

	private static double median(DoubleStream values) {
		double[] sorted = values.sorted().toArray();
		return sorted[sorted.length / 2];
	}

	private static String format(String format, Object... values) {
		return String.format(Locale.ROOT, format, values);
	}

}
