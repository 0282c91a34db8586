package io.github.redispatterns.sample;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;

import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;

/**
 * What a buyer likes, changed by a click: taken once it is in Redis, and in the database
 * soon.
 */
@RestController
@RequestMapping("/api/preferences")
final class PreferencesController {

	static final String CACHE = "preferences";

	private final TypedCache cache;

	PreferencesController(TypedCacheManager caches) {
		this.cache = caches.getCache(CACHE);
	}

	@GetMapping
	@Nullable Preferences read(@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		return this.cache.get(Buyer.of(buyer).name(), Preferences.class);
	}

	@PutMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void change(@RequestBody Preferences preferences,
			@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		this.cache.put(Buyer.of(buyer).name(), preferences);
	}

}
