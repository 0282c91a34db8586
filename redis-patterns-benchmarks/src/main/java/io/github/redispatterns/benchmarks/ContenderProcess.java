package io.github.redispatterns.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A contender in a JVM of its own, so that nobody runs in code that was compiled, or in a
 * heap that was filled, for others; it waits while they have their turns. JMH forks for
 * the same reason.
 */
final class ContenderProcess implements AutoCloseable {

	private final String name;

	private final Process process;

	private final PrintWriter orders;

	private final BufferedReader answers;

	private ContenderProcess(String name, Process process) {
		this.name = name;
		this.process = process;
		this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = process.inputReader(StandardCharsets.UTF_8);
	}

	static ContenderProcess start(String name, String pattern, Target target) {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		try {
			return new ContenderProcess(name,
					new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Contender.class.getName(),
							name, pattern, target.host(), String.valueOf(target.port()))
						.redirectError(ProcessBuilder.Redirect.INHERIT)
						.start());
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot start a JVM for " + name, ex);
		}
	}

	Contender.Work work(Case aCase, Duration turn) throws IOException {
		this.orders.println(aCase.name() + " " + turn);
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IllegalStateException("The JVM of %s has ended in %s".formatted(this.name, aCase.name()));
		}
		return Contender.Work.parse(answer);
	}

	// It ends when it gets no more orders.
	@Override
	public void close() {
		this.orders.close();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
