package io.github.redispatterns.sample;

/**
 * A sold seat.
 *
 * @param order number of the order
 * @param event the title of the event
 * @param seat what stands on the seat
 * @param node who sold it
 */
record Ticket(long order, String event, String seat, String node) {
}
