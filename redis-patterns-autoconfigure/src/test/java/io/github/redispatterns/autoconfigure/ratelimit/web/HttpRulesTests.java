package io.github.redispatterns.autoconfigure.ratelimit.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.ratelimit.RateLimited;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** Applications that say all they want in properties. */
@ExtendWith(OutputCaptureExtension.class)
class HttpRulesTests {

	private final HttpClient client = HttpClient.newHttpClient();

	private ConfigurableApplicationContext shop = new GenericApplicationContext();

	@AfterEach
	void stop() {
		this.shop.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void limitsByPropertiesAlone(WebApplicationType type) {
		start(type);
		assertThat(statuses("/api/a", "/api/b", "/api/c")).containsExactly(200, 200, 429);
		HttpResponse<String> refused = get("/api/a");
		assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"two\";q=2;w=3600");
		assertThat(refused.headers().firstValue("X-RateLimit-Limit")).contains("2");
		assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1700L, 1800L);
		assertThat(refused.body()).contains("#quota-exceeded", "\"violated-policies\":[\"two\"]");
		assertThat(statuses("/free/a", "/free/a", "/free/a")).containsExactly(200, 200, 200);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void countsWhoIsConnectedWhateverTheRequestSays(WebApplicationType type) {
		start(type);
		for (int i = 0; i < 5; i++) {
			HttpResponse<String> answer = get("/api/a", "X-Forwarded-For", "192.0.2." + i, "Forwarded",
					"for=198.51.100." + i, "X-Real-IP", "203.0.113." + i);
			assertThat(answer.statusCode()).isEqualTo((i < 2) ? 200 : 429);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void believesTrustedProxiesAndNobodyElse(WebApplicationType type) {
		start(type, "redis-patterns.rate-limit.http.trusted-proxies=127.0.0.1",
				"server.forward-headers-strategy=framework");
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> answer = get("/api/a", "X-Forwarded-For", "203.0.113.%d, 192.0.2.7".formatted(i));
			assertThat(answer.statusCode()).isEqualTo((i < 2) ? 200 : 429);
		}
		assertThat(get("/api/a", "X-Forwarded-For", "192.0.2.8").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void limitsHandlerMethods(WebApplicationType type) {
		start(type);
		assertThat(statuses("/annotated/alice", "/annotated/alice", "/annotated/alice", "/annotated/bob"))
			.containsExactly(200, 200, 429, 200);
		assertThat(get("/annotated/bob").headers().firstValue("RateLimit")).isPresent()
			.get()
			.asString()
			.startsWith("\"two\";r=0;t=1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			policies=two,nope | rules[0].policies[1] | nope         | There is no rate-limit policy 'nope', only [two]
			policies=         | rules[0].policies    | ''           | Name at least one policy of [two]
			key=#request.     | rules[0].key         | #request.    | no SpEL expression
			paths=/a/{        | rules[0].paths[0]    | /a/{         | Expected close capture character
			""")
	void saysAtTheStartWhatIsWrongWithARule(String setting, String property, String value, String fix,
			CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start(WebApplicationType.SERVLET, "redis-patterns.rate-limit.rules[0]." + setting));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("redis-patterns.rate-limit." + property)
			.contains(value)
			.contains(fix);
	}

	private void start(WebApplicationType type, String... properties) {
		this.shop = new SpringApplicationBuilder(Shop.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "redis-patterns.session.enabled=false",
					"spring.data.redis.url=" + DevRedis.shared().url(),
					"redis-patterns.key-prefix=http-rules-" + UUID.randomUUID(), "redis-patterns.rate-limit.timeout=5s",
					"redis-patterns.rate-limit.policies.two.limit=2",
					"redis-patterns.rate-limit.policies.two.period=1h",
					"redis-patterns.rate-limit.rules[0].paths=/api/**",
					"redis-patterns.rate-limit.rules[0].policies=two", "redis-patterns.rate-limit.http.headers=both")
			.properties(properties)
			.run();
	}

	private List<Integer> statuses(String... paths) {
		return List.of(paths).stream().map((path) -> get(path).statusCode()).toList();
	}

	private HttpResponse<String> get(String path, String... headers) {
		String port = this.shop.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
		try {
			return this.client.send((headers.length > 0) ? request.headers(headers).build() : request.build(),
					HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Api.class)
	static class Shop {

	}

	@RestController
	static class Api {

		@GetMapping({ "/api/{name}", "/free/{name}" })
		Map<String, String> get(@PathVariable String name) {
			return Map.of("name", name);
		}

		@RateLimited(policy = "two", key = "#name")
		@GetMapping("/annotated/{name}")
		String annotated(@PathVariable String name) {
			return name;
		}

	}

}
