package io.github.redispatterns.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets the contenders of a case take turns, A B A B, so that a machine whose speed drifts
 * does not favour one of them.
 */
final class LoadRunner implements AutoCloseable {

	private final String pattern;

	private final Target target;

	private final Effort effort;

	private final Map<String, ContenderProcess> contenders = new LinkedHashMap<>();

	LoadRunner(String pattern, Target target, Effort effort) {
		this.pattern = pattern;
		this.target = target;
		this.effort = effort;
	}

	List<Outcome> run(List<Case> cases) throws IOException {
		List<Outcome> outcomes = new ArrayList<>();
		for (Case aCase : cases) {
			outcomes.add(run(aCase));
		}
		return outcomes;
	}

	private Outcome run(Case aCase) throws IOException {
		for (String name : aCase.contenders().keySet()) {
			contender(name).work(aCase, this.effort.warmUp());
		}
		Map<String, List<Turn>> turns = new LinkedHashMap<>();
		try (Usage usage = new Usage(this.target)) {
			Effort finer = this.effort.of(aCase.threads());
			for (int round = 0; round < finer.rounds(); round++) {
				for (String name : aCase.contenders().keySet()) {
					Usage.Reading before = usage.read();
					Contender.Work work = contender(name).work(aCase, finer.turn());
					Turn turn = new Turn(work, usage.read().since(before));
					turns.computeIfAbsent(name, (same) -> new ArrayList<>()).add(turn);
					System.out.printf(Locale.ROOT, "# %s %s %.0f/s%n", aCase.name(), name, turn.rate());
				}
			}
		}
		return new Outcome(aCase, turns);
	}

	private ContenderProcess contender(String name) {
		return this.contenders.computeIfAbsent(name, (same) -> ContenderProcess.start(same, this.pattern, this.target));
	}

	@Override
	public void close() {
		this.contenders.values().forEach(ContenderProcess::close);
	}

}
