package io.github.redispatterns.ratelimit;

import java.util.Comparator;
import java.util.List;

/**
 * What several limits say to one request. It passes only if all allow it; if one does
 * not, nothing was taken from any.
 *
 * @param all the decision of each limit, in the order in which they were asked
 */
public record Decisions(List<Decision> all) {

	public Decisions {
		all = List.copyOf(all);
	}

	/**
	 * Whether the request passes.
	 * @return {@code true} if all limits allow it
	 */
	public boolean allowed() {
		return this.all.stream().allMatch(Decision::allowed);
	}

	/**
	 * The decision that matters most to whoever asks.
	 * @return of those that refuse the one with the longest wait, else the one with the
	 * least left
	 */
	public Decision tightest() {
		return this.all.stream()
			.filter((decision) -> !decision.allowed())
			.max(Comparator.comparing(Decision::retryAfter))
			.orElseGet(() -> this.all.stream().min(Comparator.comparing(Decision::remaining)).orElseThrow());
	}

}
