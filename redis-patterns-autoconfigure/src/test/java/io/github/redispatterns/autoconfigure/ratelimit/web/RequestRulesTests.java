package io.github.redispatterns.autoconfigure.ratelimit.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.pattern.PathPattern;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.autoconfigure.ratelimit.endpoint.RateLimitsEndpoint;
import io.github.redispatterns.autoconfigure.ratelimit.endpoint.RateLimitsEndpointAutoConfiguration;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.AddressRange;
import io.github.redispatterns.ratelimit.web.ClientAddresses;
import io.github.redispatterns.ratelimit.web.ConnectionMemory;
import io.github.redispatterns.ratelimit.web.ForwardedField;
import io.github.redispatterns.ratelimit.web.RateLimitHandlerAdapter;
import io.github.redispatterns.ratelimit.web.RateLimitInterceptor;
import io.github.redispatterns.ratelimit.web.RateLimitWebFilter;
import io.github.redispatterns.ratelimit.web.RequestCost;
import io.github.redispatterns.ratelimit.web.RequestKey;
import io.github.redispatterns.ratelimit.web.RequestLimits;
import io.github.redispatterns.ratelimit.web.RequestRule;
import io.github.redispatterns.ratelimit.web.RequestRule.MissingKey;
import io.github.redispatterns.ratelimit.web.RequestRule.Scope;
import io.github.redispatterns.ratelimit.web.TenantResolver;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class RequestRulesTests {

	private static final String PREFIX = "redis-patterns.rate-limit.";

	private static final String[] POLICIES = { PREFIX + "policies.api.limit=10", PREFIX + "policies.slow.limit=5",
			PREFIX + "policies.jobs.limit=3", PREFIX + "policies.jobs.algorithm=concurrency" };

	private final WebApplicationContextRunner servlet = Contexts
		.servlet(RateLimitAutoConfiguration.class, RateLimitWebMvcAutoConfiguration.class,
				RateLimitWebFluxAutoConfiguration.class)
		.withPropertyValues(POLICIES);

	private final ReactiveWebApplicationContextRunner reactive = Contexts
		.reactive(RateLimitAutoConfiguration.class, RateLimitWebMvcAutoConfiguration.class,
				RateLimitWebFluxAutoConfiguration.class)
		.withPropertyValues(POLICIES);

	@Test
	void bindsARule() {
		this.servlet
			.withPropertyValues(rule("name=orders", "paths=/orders/{id},/carts/**", "methods=get,post",
					"policies=slow,api", "key=principal", "missing-key=deny", "cost=3", "scope=route", "mode=shadow",
					"last=true", "skip.addresses=10.0.0.0/8", "skip.keys=root", "deny.addresses=192.0.2.7",
					"deny.when=#principal == null"))
			.run((context) -> {
				RequestRule rule = rules(context).get(0);
				assertThat(rule.name()).isEqualTo("orders");
				assertThat(rule.paths()).map(PathPattern::getPatternString)
					.containsExactly("/orders/{id}", "/carts/**");
				assertThat(rule.methods()).containsExactlyInAnyOrder("GET", "POST");
				assertThat(rule.policies()).containsExactly("slow", "api");
				assertThat(rule.key().kind()).isEqualTo("principal:");
				assertThat(rule.missing()).isEqualTo(MissingKey.DENY);
				assertThat(rule.cost()).isEqualTo(new RequestCost(3, null));
				assertThat(rule.scope()).isEqualTo(Scope.ROUTE);
				assertThat(rule.options().shadow()).isTrue();
				assertThat(rule.options().last()).isTrue();
				assertThat(rule.options().skip().keys()).containsExactly("root");
				assertThat(rule.options().skip().addresses()).containsExactly(AddressRange.parse("10.0.0.0/8"));
				assertThat(rule.options().deny().addresses()).containsExactly(AddressRange.parse("192.0.2.7"));
				assertThat(rule.options().deny().condition()).isNotNull();
			});
	}

	@Test
	void showsRulesInTheActuator() {
		this.reactive.withConfiguration(AutoConfigurations.of(RateLimitsEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=ratelimits")
			.withPropertyValues(rule("paths=/orders", "policies=slow,api", "scope=route"))
			.run((context) -> assertThat(context.getBean(RateLimitsEndpoint.class).limits().rules())
				.containsExactly(new RateLimitsEndpoint.Rule("rule-0", List.of("/orders"), Set.of(),
						Set.of("slow", "api"), "ip", "route", false, false)));
	}

	@Test
	void limitsEveryAddressOnEveryPathUnlessToldOtherwise() {
		this.servlet.withPropertyValues(rule("policies=api")).run((context) -> {
			RequestRule rule = rules(context).get(0);
			assertThat(rule.name()).isEqualTo("rule-0");
			assertThat(rule.paths()).map(PathPattern::getPatternString).containsExactly("/**");
			assertThat(rule.methods()).isEmpty();
			assertThat(rule.key().kind()).isEqualTo("ip:");
			assertThat(rule.missing()).isEqualTo(MissingKey.ADDRESS);
			assertThat(rule.cost()).isEqualTo(RequestCost.ONE);
			assertThat(rule.scope()).isEqualTo(Scope.SHARED);
			assertThat(rule.options()).isEqualTo(RequestRule.Options.NONE);
		});
	}

	@Test
	void readsTheExampleOfItsPage() throws IOException {
		String page = Files.readString(Path.of("../docs/ratelimit.md"));
		String example = page.substring(page.indexOf("```yaml", page.indexOf("## Rules for HTTP requests")) + 7);
		PropertySource<?> properties = new YamlPropertySourceLoader()
			.load("example",
					new ByteArrayResource(
							example.substring(0, example.indexOf("```")).getBytes(StandardCharsets.UTF_8)))
			.get(0);
		this.servlet.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(properties))
			.run((context) -> assertThat(rules(context)).map(RequestRule::name)
				.containsExactly("rule-0", "api", "rule-2"));
	}

	@Test
	void ordersRulesAndKeepsTheListOtherwise() {
		this.servlet.withPropertyValues(rule("policies=api", "order=5"))
			.withPropertyValues(PREFIX + "rules[1].policies=api", PREFIX + "rules[2].policies=api",
					PREFIX + "rules[2].order=-1", PREFIX + "rules[3].policies=api")
			.run((context) -> assertThat(rules(context)).map(RequestRule::name)
				.containsExactly("rule-2", "rule-1", "rule-3", "rule-0"));
	}

	@ParameterizedTest
	@CsvSource({ "ip, ip:, false", "principal, principal:, false", "session, session:, true", "tenant, tenant:, false",
			"header:X-Api-Key, x-api-key:, true", "bean:byDevice, key:, false",
			"#request.getParameter('q'), key:, false", "@byDevice.toString(), key:, false" })
	void knowsEachKindOfKey(String key, String kind, boolean secret) {
		this.servlet.withUserConfiguration(OwnKeys.class)
			.withPropertyValues(rule("policies=api", "key=" + key))
			.run((context) -> {
				assertThat(rules(context).get(0).key().kind()).isEqualTo(kind);
				assertThat(rules(context).get(0).key().secret()).isEqualTo(secret);
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					policies         | none             | policies[0]       | There is no rate-limit policy 'none', only [api, jobs, slow]
					policies         | jobs             | policies[0]       | limits concurrency
					policies         | ''               | policies          | Name at least one policy of [api, jobs, slow]
					paths            | api/**           | paths[0]          | write /api/**
					paths            | /a,/b/{          | paths[1]          | Expected close capture character
					methods          | GTE              | methods           | no such HTTP method
					key              | pricipal         | key               | Write ip, principal, session
					key              | #request.        | key               | no SpEL expression
					key              | tenant           | key               | Define a bean of type TenantResolver
					key              | bean:nope        | key               | Define a bean of this name and of type RequestKey
					key              | header:          | key               | Name a header
					cost             | -1               | cost              | must not be negative
					cost             | #a +             | cost              | no SpEL expression
					cost             | 99999999999999999999 | cost          | 99999999999999999999
					skip.addresses   | 10.0.0.0/33      | skip.addresses[0] | must be from 0 to 32
					deny.addresses   | proxy.example    | deny.addresses[0] | no block of addresses
					deny.when        | #a +             | deny.when         | no SpEL expression
					""")
	void namesTheRuleTheValueAndTheFix(String set, String value, String named, String fix) {
		this.servlet.withPropertyValues(rule("policies=api", set + "=" + value))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining(PREFIX + "rules[0]." + named)
				.hasMessageContaining(fix));
	}

	@Test
	void refusesTwoRulesOfOneName() {
		this.servlet.withPropertyValues(rule("policies=api", "name=a"))
			.withPropertyValues(PREFIX + "rules[1].policies=api", PREFIX + "rules[1].name=a")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining(PREFIX + "rules[1].name")
				.hasMessageContaining("choose a different one"));
	}

	@ParameterizedTest
	@CsvSource({ "trusted-proxies, proxy, trusted-proxies[0]", "ipv6-prefix, 129, ipv6-prefix" })
	void namesWhatIsWrongOfHttp(String property, String value, String named) {
		this.servlet.withPropertyValues(PREFIX + "http." + property + "=" + value)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining(PREFIX + "http." + named)
				.hasMessageContaining(value));
	}

	@Test
	void bindsWhoIsTrusted() {
		this.servlet
			.withPropertyValues(PREFIX + "http.trusted-proxies=10.0.0.0/8,::1",
					PREFIX + "http.forwarded-field=forwarded", PREFIX + "http.ipv6-prefix=56")
			.run((context) -> assertThat(context.getBean(ClientAddresses.class))
				.isEqualTo(new ClientAddresses(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1")),
						ForwardedField.FORWARDED, 56)));
	}

	@ParameterizedTest
	@CsvSource({ "ip, -101", "header:X-Api-Key, -101", "principal, -99", "#principal.name, -99",
			"#request.method.toString(), -101", "tenant, -99" })
	void standsBehindSpringSecurityOnlyIfItHasTo(String key, int order) {
		this.servlet.withUserConfiguration(OwnKeys.class)
			.withPropertyValues(rule("policies=api", "key=" + key))
			.run((context) -> assertThat(context.getBean(FilterRegistrationBean.class).getOrder()).isEqualTo(order));
		this.reactive.withUserConfiguration(OwnKeys.class)
			.withPropertyValues(rule("policies=api", "key=" + key))
			.run((context) -> assertThat(context.getBean(RateLimitWebFilter.class).getOrder()).isEqualTo(order));
	}

	@Test
	void standsWhereItIsTold() {
		this.servlet.withPropertyValues(rule("policies=api"))
			.withPropertyValues(PREFIX + "http.filter-order=7")
			.run((context) -> assertThat(context.getBean(FilterRegistrationBean.class).getOrder()).isEqualTo(7));
	}

	@Test
	void hasNoFilterWithoutRules() {
		this.servlet.run((context) -> assertThat(context.getBean(FilterRegistrationBean.class).isEnabled()).isFalse());
	}

	@Test
	void addsWhatFitsTheApplication() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(RateLimitInterceptor.class)
			.doesNotHaveBean(RateLimitWebFilter.class));
		this.reactive.run((context) -> assertThat(context).hasSingleBean(RateLimitWebFilter.class)
			.hasSingleBean(RateLimitHandlerAdapter.class)
			.hasSingleBean(ConnectionMemory.class)
			.doesNotHaveBean(RateLimitInterceptor.class));
	}

	@Test
	void doesWithoutTheOtherKindOfWeb() {
		this.servlet.withClassLoader(new FilteredClassLoader(WebFluxConfigurer.class.getPackageName(), "reactor"))
			.withPropertyValues(rule("policies=api", "key=principal"))
			.run((context) -> assertThat(context).hasSingleBean(RateLimitInterceptor.class));
		this.reactive.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web.servlet"))
			.withPropertyValues(rule("policies=api", "key=#principal"))
			.run((context) -> assertThat(context).hasSingleBean(RateLimitWebFilter.class));
	}

	@Test
	void backsOff() {
		this.servlet.withClassLoader(new FilteredClassLoader(WebMvcConfigurer.class))
			.run((context) -> assertThat(context).hasSingleBean(RateLimiters.class)
				.doesNotHaveBean(RequestLimits.class));
		this.servlet.withUserConfiguration(OwnAddresses.class)
			.run((context) -> assertThat(context.getBean(ClientAddresses.class)).isSameAs(ClientAddresses.REMOTE));
		this.reactive.withPropertyValues(PREFIX + "enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitWebFilter.class)
				.doesNotHaveBean(RequestLimits.class));
	}

	@ParameterizedTest
	@CsvSource({ "server.forward-headers-strategy=framework", "server.forward-headers-strategy=NATIVE",
			"server.tomcat.remoteip.remote-ip-header=x-forwarded-for", "spring.main.cloud-platform=kubernetes" })
	void warnsWhereAnybodyMaySayWhoTheClientIs(String property, CapturedOutput output) {
		this.servlet.withPropertyValues(property).run((context) -> assertThat(output).contains("may be escaped"));
	}

	@Test
	void doesNotWarnWhereItIsKnownWhoMay(CapturedOutput output) {
		this.servlet.run((context) -> assertThat(context).hasNotFailed());
		this.servlet
			.withPropertyValues("server.forward-headers-strategy=framework", PREFIX + "http.trusted-proxies=10.0.0.0/8")
			.run((context) -> assertThat(context).hasNotFailed());
		Contexts.servlet(RateLimitAutoConfiguration.class, RateLimitWebMvcAutoConfiguration.class)
			.withPropertyValues("server.forward-headers-strategy=framework")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("escaped");
	}

	@Test
	void warnsWhereNettyBelievesTheClient(CapturedOutput output) {
		this.reactive
			.withPropertyValues("server.forward-headers-strategy=native", PREFIX + "http.trusted-proxies=10.0.0.0/8")
			.run((context) -> assertThat(output).contains("can be escaped"));
	}

	private static List<RequestRule> rules(ApplicationContextAssertProvider<?> context) {
		return context.getBean(RequestLimits.class).rules();
	}

	private static String[] rule(String... settings) {
		return List.of(settings).stream().map((setting) -> PREFIX + "rules[0]." + setting).toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnKeys {

		@Bean
		RequestKey byDevice() {
			return (request, path) -> Set.copyOf(request.header("X-Device")).toString();
		}

		@Bean
		TenantResolver tenants() {
			return (request) -> "acme";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnAddresses {

		@Bean
		ClientAddresses mine() {
			return ClientAddresses.REMOTE;
		}

	}

}
