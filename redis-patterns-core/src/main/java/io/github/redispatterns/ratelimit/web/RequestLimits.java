package io.github.redispatterns.ratelimit.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.log.LogMessage;

import io.github.redispatterns.gateway.Observations;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.Decisions;
import io.github.redispatterns.ratelimit.RateLimitObservation;
import io.github.redispatterns.ratelimit.RateLimitRequest;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RequestRule.Application;

/**
 * Applies rules to requests, the same for servlets and for WebFlux. All rules that match
 * are decided by one call, all or nothing; a policy that several of them count by the
 * same key is asked once, for the highest cost. Rules that are only tried out are asked
 * besides, each by itself, and never waited for.
 */
public final class RequestLimits {

	private static final Log logger = LogFactory.getLog(RequestLimits.class);

	private final RateLimiters limiters;

	private final List<RequestRule> rules;

	private final ClientAddresses addresses;

	private final Observations observations;

	/**
	 * Create the limits.
	 * @param limiters the limiters
	 * @param rules the rules, in their order
	 * @param addresses finds out who a client is
	 * @param observations where rules that are tried out are seen
	 */
	public RequestLimits(RateLimiters limiters, List<RequestRule> rules, ClientAddresses addresses,
			Observations observations) {
		this.limiters = limiters;
		this.rules = List.copyOf(rules);
		this.addresses = addresses;
		this.observations = observations;
	}

	/**
	 * The rules.
	 * @return the rules, in their order
	 */
	public List<RequestRule> rules() {
		return this.rules;
	}

	/**
	 * Whether any rule looks at a part of a request, as far as is known.
	 * @param variable its name in expressions, such as {@code session}
	 * @return whether one may
	 */
	public boolean uses(String variable) {
		return this.rules.stream().anyMatch((rule) -> rule.uses(variable));
	}

	/**
	 * Apply the rules.
	 * @param request the request
	 * @return what the policies say that were asked; fails with
	 * {@link RateLimitUnavailableException} while Redis does not answer, where a policy
	 * does not let requests pass then
	 * @throws RequestDeniedException if the request is on a deny list
	 */
	CompletionStage<List<Decision>> decide(LimitedRequest request) {
		Map<Asked, Long> costs = new LinkedHashMap<>();
		for (Application application : apply(request)) {
			if (application.denied()) {
				throw new RequestDeniedException(application.rule());
			}
			application.charges()
				.forEach((charge) -> costs.merge(new Asked(charge.policy(), charge.key()), charge.cost(), Math::max));
		}
		return take(costs.entrySet()
			.stream()
			.map((cost) -> new RateLimitRequest(cost.getKey().policy(), cost.getKey().key(), cost.getValue()))
			.toList());
	}

	private List<Application> apply(LimitedRequest request) {
		List<Application> applications = new ArrayList<>();
		for (RequestRule rule : this.rules) {
			Application application = rule.options().shadow() ? tryOut(rule, request)
					: rule.apply(request, this.addresses);
			if (application != null) {
				applications.add(application);
				if (rule.options().last()) {
					break;
				}
			}
		}
		return applications;
	}

	// Whatever comes of it, the request does not notice.
	private @Nullable Application tryOut(RequestRule rule, LimitedRequest request) {
		try {
			Application application = rule.apply(request, this.addresses);
			if (application != null) {
				this.observations.observe(RateLimitObservation.SHADOW, rule.name(), () -> take(application.charges()),
						(decisions) -> application.denied() ? "denied"
								: RateLimitObservation.outcome(new Decisions(decisions).tightest()));
			}
		}
		catch (RuntimeException ex) {
			logger.warn(LogMessage.format("Cannot try out rate-limit rule '%s'", rule.name()), ex);
		}
		return null;
	}

	// One limit alone may be answered by what is known of busy keys.
	private CompletionStage<List<Decision>> take(List<RateLimitRequest> charges) {
		if (charges.isEmpty()) {
			return CompletableFuture.completedStage(List.of());
		}
		RateLimitRequest first = charges.get(0);
		CompletionStage<List<Decision>> answer = (charges.size() > 1)
				? this.limiters.tryAcquireAsync(charges).thenApply(Decisions::all)
				: this.limiters.get(first.policy()).tryAcquireAsync(first.key(), first.cost()).thenApply(List::of);
		return RateLimitUnavailableException.explain(answer,
				charges.stream().map(RateLimitRequest::policy).distinct().toList());
	}

	/**
	 * What is counted once in a request.
	 *
	 * @param policy the name of the policy
	 * @param key who is counted
	 */
	private record Asked(String policy, String key) {
	}

}
