package io.github.redispatterns.sample;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class CatalogueController {

	private final Catalogue catalogue;

	private final CatalogueProbe probe;

	CatalogueController(Catalogue catalogue, CatalogueProbe probe) {
		this.catalogue = catalogue;
		this.probe = probe;
	}

	@GetMapping("/api/events")
	Answer events() {
		long start = System.nanoTime();
		List<Event> events = this.catalogue.events();
		long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
		return new Answer(this.probe.source(), micros, events);
	}

	@DeleteMapping("/api/events/cache")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void forget(@RequestParam(required = false) @Nullable String venue) {
		if (venue != null) {
			this.catalogue.forget(venue);
		}
		else {
			this.catalogue.forget();
		}
	}

	/**
	 * The catalogue and the way it came.
	 *
	 * @param source {@code cache} or {@code database}
	 * @param micros time that it took, in microseconds
	 * @param events the events
	 */
	record Answer(String source, long micros, List<Event> events) {
	}

}
