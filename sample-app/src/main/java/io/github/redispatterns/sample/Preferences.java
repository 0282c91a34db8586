package io.github.redispatterns.sample;

/**
 * What a buyer likes.
 *
 * @param city where to go out
 * @param newsletter whether to hear of new events
 */
record Preferences(String city, boolean newsletter) {
}
