package io.github.redispatterns.autoconfigure.ratelimit.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebProperties.Match;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebProperties.Mode;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebProperties.Rule;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.AddressRange;
import io.github.redispatterns.ratelimit.web.ClientAddresses;
import io.github.redispatterns.ratelimit.web.KeySource;
import io.github.redispatterns.ratelimit.web.RequestCost;
import io.github.redispatterns.ratelimit.web.RequestExpression;
import io.github.redispatterns.ratelimit.web.RequestKey;
import io.github.redispatterns.ratelimit.web.RequestMatch;
import io.github.redispatterns.ratelimit.web.RequestRule;
import io.github.redispatterns.ratelimit.web.TenantResolver;

/**
 * Makes rules of properties. What cannot work stops the start, with the property, its
 * value and the fix.
 */
final class RuleFactory {

	private static final String HEADER = "header:";

	private static final String BEAN = "bean:";

	private static final Set<String> METHODS = Arrays.stream(HttpMethod.values())
		.map(HttpMethod::name)
		.collect(Collectors.toUnmodifiableSet());

	private final RateLimiters limiters;

	private final BeanFactory beans;

	private final ClientAddresses addresses;

	RuleFactory(RateLimiters limiters, BeanFactory beans, ClientAddresses addresses) {
		this.limiters = limiters;
		this.beans = beans;
		this.addresses = addresses;
	}

	List<RequestRule> create(List<Rule> rules) {
		checkNames(rules);
		return IntStream.range(0, rules.size())
			.boxed()
			.sorted(Comparator.comparingInt((i) -> rules.get(i).order()))
			.map((i) -> create(i, rules.get(i)))
			.toList();
	}

	private static void checkNames(List<Rule> rules) {
		Set<String> names = new HashSet<>();
		for (int i = 0; i < rules.size(); i++) {
			String name = name(i, rules.get(i));
			check(property(i) + ".name", name, names.add(name), "Another rule has this name; choose a different one");
		}
	}

	private RequestRule create(int index, Rule rule) {
		String property = property(index);
		return new RequestRule(name(index, rule), paths(property + ".paths", rule.paths()),
				methods(property + ".methods", rule.methods()), policies(property + ".policies", rule.policies()),
				PropertyCheck.create(property + ".key", rule.key(), () -> key(rule.key())), rule.missingKey(),
				PropertyCheck.create(property + ".cost", rule.cost(), () -> cost(rule.cost())), rule.scope(),
				new RequestRule.Options(rule.mode() == Mode.SHADOW, rule.last(), match(property + ".skip", rule.skip()),
						match(property + ".deny", rule.deny())));
	}

	private static List<PathPattern> paths(String property, List<String> paths) {
		check(property, "", !paths.isEmpty(), "Name at least one pattern, such as /api/**");
		return each(property, paths, (path) -> {
			if (!path.startsWith("/")) {
				throw new IllegalArgumentException("A path begins with a slash: write /" + path);
			}
			return PathPatternParser.defaultInstance.parse(path);
		});
	}

	private static Set<String> methods(String property, Set<String> methods) {
		return methods.stream().map((method) -> {
			String name = method.toUpperCase(Locale.ROOT);
			check(property, method, METHODS.contains(name), "There is no such HTTP method, only " + METHODS);
			return name;
		}).collect(Collectors.toSet());
	}

	private Set<String> policies(String property, List<String> policies) {
		check(property, "", !policies.isEmpty(), "Name at least one policy of " + this.limiters.names());
		return new LinkedHashSet<>(each(property, policies, (policy) -> {
			if (this.limiters.get(policy).policy().algorithm() == RateLimitAlgorithm.CONCURRENCY) {
				throw new IllegalArgumentException(
						"It limits concurrency, and a rule does not know when the work ends: choose another "
								+ "algorithm, or use RateLimiter.enter");
			}
			return policy;
		}));
	}

	private KeySource key(String key) {
		if (key.startsWith(HEADER)) {
			return header(key.substring(HEADER.length()));
		}
		if (key.startsWith(BEAN)) {
			return KeySource.of(bean(() -> this.beans.getBean(key.substring(BEAN.length()), RequestKey.class),
					"Define a bean of this name and of type RequestKey"));
		}
		return switch (key) {
			case "ip" -> KeySource.address(this.addresses);
			case "principal" -> KeySource.principal();
			case "session" -> KeySource.session();
			case "tenant" -> KeySource
				.tenant(bean(() -> this.beans.getBean(TenantResolver.class), "Define a bean of type TenantResolver"));
			default -> KeySource.expression(expression(key));
		};
	}

	private static KeySource header(String name) {
		if (name.isBlank()) {
			throw new IllegalArgumentException("Name a header, such as header:X-Api-Key");
		}
		return KeySource.header(name);
	}

	// An expression that knows the request has a variable or a bean; a word is a mistake.
	private RequestExpression expression(String text) {
		if (text.indexOf('#') < 0 && text.indexOf('@') < 0 && text.indexOf('\'') < 0) {
			throw new IllegalArgumentException("Write ip, principal, session, tenant, header:<name>, bean:<name>, or a "
					+ "SpEL expression such as #request.getHeader('X-Device')");
		}
		return RequestExpression.parse(text, this.beans);
	}

	private RequestCost cost(String cost) {
		return cost.matches("-?\\d+") ? new RequestCost(Long.parseLong(cost), null)
				: new RequestCost(0, RequestExpression.parse(cost, this.beans));
	}

	private RequestMatch match(String property, Match match) {
		return new RequestMatch(each(property + ".addresses", match.addresses(), AddressRange::parse), match.keys(),
				when(property + ".when", match.when()));
	}

	private @Nullable RequestExpression when(String property, @Nullable String when) {
		return (when != null) ? PropertyCheck.create(property, when, () -> RequestExpression.parse(when, this.beans))
				: null;
	}

	/**
	 * Make something of each element of a list.
	 * @param <T> the type of what is made
	 * @param property the property that holds the list
	 * @param values the list
	 * @param creation makes one, or throws what is wrong
	 * @return all
	 */
	static <T> List<T> each(String property, List<String> values, Function<String, T> creation) {
		List<T> all = new ArrayList<>();
		for (int i = 0; i < values.size(); i++) {
			String value = values.get(i);
			all.add(PropertyCheck.create("%s[%d]".formatted(property, i), value, () -> creation.apply(value)));
		}
		return all;
	}

	private static <T> T bean(Supplier<T> bean, String fix) {
		try {
			return bean.get();
		}
		catch (BeansException ex) {
			throw new IllegalArgumentException("%s (%s)".formatted(fix, ex.getMessage()), ex);
		}
	}

	private static void check(String property, String value, boolean valid, String reason) {
		PropertyCheck.create(property, value, () -> {
			if (!valid) {
				throw new IllegalArgumentException(reason);
			}
			return value;
		});
	}

	private static String property(int index) {
		return "redis-patterns.rate-limit.rules[%d]".formatted(index);
	}

	private static String name(int index, Rule rule) {
		return (rule.name() != null) ? rule.name() : "rule-" + index;
	}

}
