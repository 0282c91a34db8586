package io.github.redispatterns.sample;

import org.springframework.stereotype.Component;
import org.springframework.web.context.annotation.RequestScope;

/** Knows where the catalogue of the current request came from. */
@Component
@RequestScope
class CatalogueProbe {

	private boolean databaseAsked;

	void databaseWasAsked() {
		this.databaseAsked = true;
	}

	String source() {
		return this.databaseAsked ? "database" : "cache";
	}

}
