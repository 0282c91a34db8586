package io.github.redispatterns.sample;

import java.time.LocalDateTime;

/**
 * An evening that tickets are sold for. Nothing here changes with a sale, so that it can
 * be cached.
 *
 * @param id its number
 * @param title what is played
 * @param venue where
 * @param startsAt when, in local time of the venue
 * @param priceCents price of each seat in euro cents
 * @param seats number of seats
 */
record Event(long id, String title, String venue, LocalDateTime startsAt, int priceCents, int seats) {
}
