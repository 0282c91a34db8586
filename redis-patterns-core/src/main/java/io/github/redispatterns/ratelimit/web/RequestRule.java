package io.github.redispatterns.ratelimit.web;

import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;

import io.github.redispatterns.ratelimit.RateLimitRequest;

/**
 * Which requests are counted, by which policies, as whose.
 *
 * @param name the name of the rule, for logs, metrics and, by scope, keys
 * @param paths patterns of paths, any of which has to match
 * @param methods the methods, all if there are none; {@code GET} includes {@code HEAD}
 * @param policies the names of the policies, all of which have to allow
 * @param key who is counted
 * @param missing what becomes of a request without a key
 * @param cost what a request costs
 * @param scope what is counted together
 * @param options what else is said of it
 */
public record RequestRule(String name, List<PathPattern> paths, Set<String> methods, Set<String> policies,
		KeySource key, MissingKey missing, RequestCost cost, Scope scope, Options options) {

	/**
	 * Check that the rule is about something.
	 * @throws IllegalArgumentException if it has no path or no policy
	 */
	public RequestRule {
		if (paths.isEmpty() || policies.isEmpty()) {
			throw new IllegalArgumentException(
					"Rule '%s' needs at least one path and one policy but has paths %s and policies %s".formatted(name,
							paths, policies));
		}
		paths = List.copyOf(paths);
		methods = Set.copyOf(methods);
		policies = Collections.unmodifiableSet(new LinkedHashSet<>(policies));
	}

	/**
	 * Whether this looks at a part of a request, as far as is known.
	 * @param variable its name in expressions, such as {@code session}
	 * @return whether the key or an expression may
	 */
	public boolean uses(String variable) {
		return this.key.needs().test(variable) || this.cost.uses(variable) || this.options.skip().uses(variable)
				|| this.options.deny().uses(variable);
	}

	/**
	 * Apply this to a request.
	 * @param request the request
	 * @param addresses finds its client
	 * @return what is to be taken, or {@code null} if this is not about the request
	 * @throws RequestDeniedException if it is not to be answered
	 */
	@Nullable Application apply(LimitedRequest request, ClientAddresses addresses) {
		if (!isAbout(request.method())) {
			return null;
		}
		PathContainer path = request.path();
		for (PathPattern pattern : this.paths) {
			PathMatchInfo match = pattern.matchAndExtract(path);
			if (match != null) {
				return apply(request, addresses, pattern, match.getUriVariables());
			}
		}
		return null;
	}

	private @Nullable Application apply(LimitedRequest request, ClientAddresses addresses, PathPattern pattern,
			Map<String, String> variables) {
		String own = this.key.value().of(request, variables);
		String id = (own != null && !own.isEmpty()) ? own : null;
		InetAddress client = addresses.address(request);
		if (this.options.skip().matches(client, id, request, variables)) {
			return null;
		}
		boolean denied = this.options.deny().matches(client, id, request, variables)
				|| (id == null && this.missing == MissingKey.DENY);
		if (!denied && id == null && this.missing == MissingKey.SKIP) {
			return null;
		}
		String counted = (id != null) ? this.key.text(id) : KeySource.address(addresses).text(addresses.of(request));
		String scoped = this.scope.prefix(this.name, pattern) + counted;
		long units = this.cost.of(request, variables);
		return new Application(this, denied,
				this.policies.stream().map((policy) -> new RateLimitRequest(policy, scoped, units)).toList());
	}

	private boolean isAbout(String method) {
		return this.methods.isEmpty() || this.methods.contains(method)
				|| ("HEAD".equals(method) && this.methods.contains("GET"));
	}

	/**
	 * What else is said of a rule.
	 *
	 * @param shadow whether only to count and tell in metrics
	 * @param last whether rules behind this one are left out where it applies
	 * @param skip who is not counted
	 * @param deny who is refused in any case
	 */
	public record Options(boolean shadow, boolean last, RequestMatch skip, RequestMatch deny) {

		/** Nothing special. */
		public static final Options NONE = new Options(false, false, RequestMatch.NOBODY, RequestMatch.NOBODY);

	}

	/**
	 * A rule applied to a request.
	 *
	 * @param rule the rule
	 * @param denied whether the request is refused in any case
	 * @param charges what is to be taken
	 */
	record Application(RequestRule rule, boolean denied, List<RateLimitRequest> charges) {
	}

	/** What becomes of a request without a key. */
	public enum MissingKey {

		/** It is counted by the address of the client. */
		ADDRESS,

		/** It is not counted. */
		SKIP,

		/** It is refused. */
		DENY

	}

	/** What is counted together. */
	public enum Scope {

		/** All requests by the same policy and key, also of other rules. */
		SHARED,

		/** The requests of the rule. */
		RULE,

		/** The requests of one path pattern of the rule. */
		ROUTE;

		private String prefix(String rule, PathPattern pattern) {
			return switch (this) {
				case SHARED -> "";
				case RULE -> rule + ":";
				case ROUTE -> rule + ":" + pattern.getPatternString() + ":";
			};
		}

	}

}
