package io.github.redispatterns.autoconfigure;

import java.util.Comparator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Says in one line a pattern what is on, and how it is set. */
final class StartupReport implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog("io.github.redispatterns");

	private final ObjectProvider<PatternReport> patterns;

	StartupReport(ObjectProvider<PatternReport> patterns) {
		this.patterns = patterns;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		this.patterns.stream()
			.sorted(Comparator.comparing(PatternReport::pattern))
			.forEach((report) -> logger.info("Pattern %s is on: %s".formatted(report.pattern(), report.settings())));
	}

}
