package io.github.redispatterns.sample;

import org.jspecify.annotations.Nullable;

/**
 * A seat of an event.
 *
 * @param id its number over all events
 * @param label what stands on it, such as {@code C7}
 * @param eventId the event
 * @param event the title of the event
 * @param buyer who bought it, or {@code null} while it is free
 */
record Seat(long id, String label, long eventId, String event, @Nullable String buyer) {

	boolean isSold() {
		return this.buyer != null;
	}

}
