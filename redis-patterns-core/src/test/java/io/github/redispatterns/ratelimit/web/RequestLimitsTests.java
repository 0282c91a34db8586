package io.github.redispatterns.ratelimit.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.HotKeys;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RequestRule.MissingKey;
import io.github.redispatterns.ratelimit.web.RequestRule.Options;
import io.github.redispatterns.ratelimit.web.RequestRule.Scope;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Which rules apply, and what they take from whom. */
@ExtendWith(RedisExtension.class)
class RequestLimitsTests {

	private static final KeySource ADDRESS = KeySource.address(ClientAddresses.REMOTE);

	private final Redis redis;

	private final RateLimiters limiters;

	RequestLimitsTests(Redis redis) {
		this.redis = redis;
		this.limiters = new RateLimiters(redis.gateway(), redis.keys(),
				Stream.of("one", "two")
					.map((name) -> RateLimitPolicy.tokenBucket(name, 10, Duration.ofDays(1)))
					.toList(),
				(policy, key) -> policy, new HotKeys(Duration.ZERO, Duration.ZERO));
	}

	@BeforeEach
	void forget() {
		this.redis.keysWithTtl().keySet().forEach(this.redis.commands()::del);
	}

	@Test
	void chargesAPolicyOnceForTheHighestCost() {
		List<Decision> decisions = decide(get("/a"), rule("first", "/**", ADDRESS, new RequestCost(2, null), "one"),
				rule("second", "/a", ADDRESS, new RequestCost(3, null), "one", "two"));
		assertThat(decisions).map((decision) -> decision.policy().name()).containsExactly("one", "two");
		assertThat(decisions).map(Decision::remaining).containsExactly(7L, 7L);
	}

	@Test
	void chargesAPolicyForEachKey() {
		List<Decision> decisions = decide(get("/a").as("alice"), rule("first", "/**", ADDRESS, "one"),
				rule("second", "/**", KeySource.principal(), "one"));
		assertThat(decisions).hasSize(2);
		assertThat(peek("one", "ip:192.0.2.7").remaining()).isEqualTo(9);
		assertThat(peek("one", "principal:alice").remaining()).isEqualTo(9);
	}

	@Test
	void leavesOutWhatStandsBehindTheLastRule() {
		RequestRule last = new RequestRule("last", paths("/a"), Set.of(), Set.of("one"), ADDRESS, MissingKey.ADDRESS,
				RequestCost.ONE, Scope.SHARED, new Options(false, true, RequestMatch.NOBODY, RequestMatch.NOBODY));
		RequestRule behind = rule("behind", "/**", ADDRESS, "two");
		assertThat(decide(get("/a"), last, behind)).hasSize(1);
		assertThat(decide(get("/b"), last, behind)).map((decision) -> decision.policy().name()).containsExactly("two");
	}

	@ParameterizedTest
	@CsvSource({ "SHARED, ip:192.0.2.7", "RULE, orders:ip:192.0.2.7", "ROUTE, orders:/orders/{id}:ip:192.0.2.7" })
	void countsTogetherWhatIsInScope(Scope scope, String key) {
		decide(get("/orders/7"), new RequestRule("orders", paths("/carts", "/orders/{id}"), Set.of(), Set.of("one"),
				ADDRESS, MissingKey.ADDRESS, RequestCost.ONE, scope, Options.NONE));
		assertThat(peek("one", key).remaining()).isEqualTo(9);
	}

	@Test
	void doesWithARequestWithoutAKeyWhatTheRuleSays() {
		assertThat(decide(get("/a"), missing(MissingKey.SKIP))).isEmpty();
		assertThat(decide(get("/a"), missing(MissingKey.ADDRESS))).hasSize(1);
		assertThat(peek("one", "ip:192.0.2.7").remaining()).isEqualTo(9);
		assertThatExceptionOfType(RequestDeniedException.class)
			.isThrownBy(() -> decide(get("/a"), missing(MissingKey.DENY)))
			.satisfies((ex) -> assertThat(ex.policies()).containsExactly("one"));
		assertThat(decide(get("/a").as("alice"), missing(MissingKey.DENY))).hasSize(1);
	}

	@Test
	void keepsATextOfTheClientApartFromAddresses() {
		KeySource own = KeySource.of((request, path) -> String.join("", request.header("X-Device")));
		decide(get("/a").with("X-Device", "ip:192.0.2.1"), rule("own", "/**", own, "one"));
		assertThat(peek("one", "ip:192.0.2.1").remaining()).isEqualTo(10);
		assertThat(peek("one", "key:ip:192.0.2.1").remaining()).isEqualTo(9);
	}

	@Test
	void looksOnlyWhereARequestCostsNothing() {
		assertThat(decide(get("/a"), rule("free", "/**", ADDRESS, new RequestCost(0, null), "one"))).singleElement()
			.satisfies((decision) -> assertThat(decision.remaining()).isEqualTo(10));
		assertThat(this.redis.keysWithTtl()).isEmpty();
	}

	@Test
	void failsWithACostThatIsNone() {
		RequestCost negative = new RequestCost(0, RequestExpression.parse("-1", new DefaultListableBeanFactory()));
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> decide(get("/a"), rule("bad", "/**", ADDRESS, negative, "one")))
			.withMessageContaining("must not be negative but is -1");
	}

	@Test
	void neverFailsByARuleThatIsTriedOut() {
		RequestCost negative = new RequestCost(0, RequestExpression.parse("-1", new DefaultListableBeanFactory()));
		RequestRule shadow = new RequestRule("shadow", paths("/**"), Set.of(), Set.of("one"), ADDRESS,
				MissingKey.ADDRESS, negative, Scope.SHARED,
				new Options(true, true, RequestMatch.NOBODY, RequestMatch.NOBODY));
		assertThat(decide(get("/a"), shadow, rule("behind", "/**", ADDRESS, "two"))).hasSize(1);
	}

	@Test
	void knowsWhatItLooksAt() {
		RequestExpression expression = RequestExpression.parse("#principal?.name", new DefaultListableBeanFactory());
		assertThat(rule("a", "/**", ADDRESS, "one").uses("principal")).isFalse();
		assertThat(rule("a", "/**", KeySource.expression(expression), "one").uses("principal")).isTrue();
		assertThat(rule("a", "/**", KeySource.expression(expression), "one").uses("session")).isFalse();
		assertThat(rule("a", "/**", ADDRESS, new RequestCost(0, expression), "one").uses("principal")).isTrue();
	}

	@Test
	void refusesARuleAboutNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> rule("none", "/**", ADDRESS))
			.withMessageContaining("'none'")
			.withMessageContaining("one policy");
	}

	private List<Decision> decide(LimitedRequest request, RequestRule... rules) {
		RequestLimits limits = new RequestLimits(this.limiters, List.of(rules), ClientAddresses.REMOTE,
				this.redis.gateway().observations());
		return this.redis.gateway().await(limits.decide(request));
	}

	private Decision peek(String policy, String key) {
		return this.limiters.get(policy).peek(key);
	}

	private static StubRequest get(String path) {
		return StubRequest.from("192.0.2.7").asking("GET", path);
	}

	private static RequestRule missing(MissingKey missing) {
		return new RequestRule("missing", paths("/**"), Set.of(), Set.of("one"), KeySource.principal(), missing,
				RequestCost.ONE, Scope.SHARED, Options.NONE);
	}

	private static RequestRule rule(String name, String path, KeySource key, String... policies) {
		return rule(name, path, key, RequestCost.ONE, policies);
	}

	private static RequestRule rule(String name, String path, KeySource key, RequestCost cost, String... policies) {
		return new RequestRule(name, paths(path), Set.of(), new LinkedHashSet<>(Arrays.asList(policies)), key,
				MissingKey.ADDRESS, cost, Scope.SHARED, Options.NONE);
	}

	private static List<PathPattern> paths(String... paths) {
		return Stream.of(paths).map(PathPatternParser.defaultInstance::parse).toList();
	}

}
