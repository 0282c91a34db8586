package io.github.redispatterns.ratelimit.web;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What clients see over HTTP, word for word the same from Spring MVC and WebFlux. */
@ExtendWith(RedisExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HttpContract {

	private static final String XFF = "X-Forwarded-For";

	private static final String PROBLEM = "application/problem+json";

	private final Class<?> application;

	private final WebApplicationType type;

	private final Redis redis;

	private final HttpClient client = HttpClient.newHttpClient();

	private ConfigurableApplicationContext shop;

	private Shop.Api api;

	HttpContract(Class<?> application, WebApplicationType type, Redis redis) {
		this.application = application;
		this.type = type;
		this.redis = redis;
	}

	@BeforeAll
	void start() {
		SpringApplication started = new SpringApplication(this.application);
		started.setWebApplicationType(this.type);
		started.addInitializers((context) -> ((GenericApplicationContext) context).registerBean(Redis.class,
				() -> this.redis, (definition) -> definition.setDestroyMethodName("")));
		this.shop = started.run("--server.port=0", "--spring.main.banner-mode=off",
				"--server.forward-headers-strategy=framework");
		this.api = this.shop.getBean(Shop.Api.class);
	}

	@AfterAll
	void stop() {
		this.shop.close();
	}

	@BeforeEach
	void forget() {
		this.redis.keysWithTtl().keySet().forEach(this.redis.commands()::del);
	}

	@Test
	void saysWhatIsLeft() {
		HttpResponse<String> answer = get("/limited");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(policies(answer)).isEqualTo(Map.of("two", Map.of("q", 2L, "w", 3600L)));
		assertThat(left(answer)).isEqualTo(Map.of("two", Map.of("r", 1L, "t", 1800L)));
		assertThat(field(answer, "X-RateLimit-Limit")).isEqualTo("2");
		assertThat(field(answer, "X-RateLimit-Remaining")).isEqualTo("1");
		assertThat(field(answer, "X-RateLimit-Reset")).isEqualTo("1800");
		assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
	}

	@Test
	void refusesWithAProblem() {
		get("/limited");
		get("/limited");
		int before = this.api.calls();
		HttpResponse<String> answer = get("/limited");
		assertThat(answer.statusCode()).isEqualTo(429);
		assertNothingLeft(answer);
		assertThat(field(answer, "Content-Type")).isEqualTo(PROBLEM);
		assertThat(answer.body())
			.contains("\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"")
			.contains("\"status\":429")
			.contains("\"title\":\"Request cannot be satisfied as assigned quota has been exceeded\"")
			.contains("\"detail\":\"Policy 'two' allows 2 requests in 3600 seconds\"")
			.contains("\"violated-policies\":[\"two\"]");
		assertThat(this.api.calls()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/problem+json", "application/*+json", "text/html",
			"image/png", "*/*" })
	void writesTheProblemWhateverTheClientAccepts(String accepted) {
		assertThat(field(refused(accepted), "Content-Type")).isEqualTo(PROBLEM);
	}

	@Test
	void letsInWhoWaitsExactlyAsLongAsItSays() {
		HttpResponse<String> refused = Stream.generate(() -> get("/fast"))
			.filter((answer) -> answer.statusCode() == 429)
			.findFirst()
			.orElseThrow();
		Duration wait = Duration.ofSeconds(Long.parseLong(field(refused, "Retry-After")));
		Awaitility.await().pollDelay(wait).atMost(wait.plusSeconds(10)).until(() -> true);
		assertThat(get("/fast").statusCode()).isEqualTo(200);
	}

	@Test
	void countsOnlyTheMethodsOfARule() {
		HttpResponse<String> posted = send("POST", "/limited");
		assertThat(posted.statusCode()).isEqualTo(200);
		assertThat(posted.headers().firstValue("RateLimit")).isEmpty();
		assertThat(left(send("HEAD", "/limited"))).containsEntry("two", Map.of("r", 1L, "t", 1800L));
	}

	@Test
	void countsWhatIsNotThereToo() {
		assertThat(List.of(get("/limited/nothing").statusCode(), get("/limited/no-thing").statusCode(),
				get("/limited/nothing").statusCode()))
			.containsExactly(404, 404, 429);
	}

	@Test
	void decidesSeveralPoliciesInOneCallAllOrNothing() {
		get("/several");
		assertThat(this.redis.commandsDuring(() -> get("/several"))).containsEntry("evalsha", 1L);
		HttpResponse<String> refused = get("/several");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(left(refused)).containsOnlyKeys("two", "ten");
		assertNothingLeft(refused);
		assertThat(left(refused).get("ten")).containsEntry("r", 8L);
		assertThat(refused.body()).contains("\"violated-policies\":[\"two\"]");
		assertThat(field(refused, "X-RateLimit-Limit")).isEqualTo("2");
	}

	@Test
	void asksRedisOncePerRequestAndNotForOthers() {
		get("/limited");
		assertThat(this.redis.commandsDuring(() -> get("/limited"))).containsEntry("evalsha", 1L);
		assertThat(this.redis.commandsDuring(() -> get("/free")).keySet()).as("but to look for changed limits")
			.isSubsetOf("hgetall");
		assertThat(get("/free").headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
	}

	@Test
	void countsByPathVariableAndCostsWhatTheExpressionSays() {
		assertThat(left(get("/tea/green"))).containsEntry("ten", Map.of("r", 7L, "t", 360L));
		assertThat(left(get("/tea/black"))).containsEntry("ten", Map.of("r", 9L, "t", 360L));
		assertThat(left(get("/tea/green")).get("ten")).containsEntry("r", 4L);
	}

	@ParameterizedTest
	@CsvSource({ "/user, X-User", "/api-key, X-Api-Key" })
	void countsEachClient(String path, String name) {
		get(path, name, "alice");
		get(path, name, "alice");
		assertThat(get(path, name, "alice").statusCode()).isEqualTo(429);
		assertThat(get(path, name, "bob").statusCode()).isEqualTo(200);
		assertThat(get(path).statusCode()).as("by address").isEqualTo(200);
	}

	@Test
	void keepsSecretsOutOfRedis() {
		get("/api-key", "X-Api-Key", "top-secret");
		assertThat(this.redis.keysWithTtl().keySet()).singleElement().asString().doesNotContain("top-secret");
	}

	@Test
	void countsBySession() {
		HttpClient dave = logIn();
		HttpClient eve = logIn();
		assertThat(statuses(dave, "/session", 3)).containsExactly(200, 200, 429);
		assertThat(statuses(eve, "/session", 1)).containsExactly(200);
	}

	@Test
	void skipsAndDeniesWhoIsListed() {
		HttpResponse<String> skipped = get("/listed", XFF, "192.0.2.1");
		assertThat(skipped.statusCode()).isEqualTo(200);
		assertThat(skipped.headers().firstValue("RateLimit")).isEmpty();
		assertDenied(get("/listed", XFF, "198.51.100.7"));
		assertDenied(get("/listed", "X-User", "mallory"));
		assertDenied(send("DELETE", "/listed"));
		assertThat(this.redis.keysWithTtl()).isEmpty();
	}

	@Test
	void triesOutARuleWithoutAnyoneNoticing() {
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> answer = get("/shadow");
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(left(answer)).containsOnlyKeys("ten");
		}
		assertThat(get("/shadow", XFF, "198.51.100.7").statusCode()).isEqualTo(200);
		Awaitility.await().until(() -> peek("two", "shadow:ip:127.0.0.1").remaining() == 0);
	}

	@Test
	void answersARuleThatIsBrokenWithAnErrorThatSaysNothing() {
		HttpResponse<String> answer = get("/broken");
		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.body()).doesNotContain("noSuchProperty");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1.2.3.4, ", "127.0.0.1, ", "10.0.0.1, 10.0.0.2, ", "unknown, ", "2001:db8::%d, " })
	void givesNothingToWhoMakesUpAddresses(String spoofed) {
		String line = spoofed + "203.0.113.9";
		assertThat(get("/limited", XFF, line).statusCode()).isEqualTo(200);
		assertThat(get("/limited", XFF, line.formatted(1)).statusCode()).isEqualTo(200);
		assertThat(get("/limited", XFF, line.formatted(2)).statusCode()).isEqualTo(429);
		assertThat(get("/limited", XFF, "203.0.113.9, 10.0.0.7").statusCode()).isEqualTo(429);
		assertThat(get("/limited", XFF, "203.0.113.9", "Forwarded", "for=8.8.8.8").statusCode()).isEqualTo(429);
		assertThat(get("/limited", XFF, "203.0.113.8").statusCode()).as("another client").isEqualTo(200);
	}

	@Test
	void countsANetworkOfIpv6AsOneClient() {
		get("/limited", XFF, "2001:db8:1:2::1");
		get("/limited", XFF, "2001:db8:1:2:ffff::2");
		assertThat(get("/limited", XFF, "2001:db8:1:2:3:4:5:6").statusCode()).isEqualTo(429);
		assertThat(get("/limited", XFF, "2001:db8:1:3::1").statusCode()).isEqualTo(200);
	}

	@Test
	void saysThatItCannotCount() {
		HttpResponse<String> answer = get("/outage");
		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(field(answer, "Retry-After")).isEqualTo("1");
		assertThat(field(answer, "Content-Type")).isEqualTo(PROBLEM);
		assertThat(answer.body())
			.contains("\"type\":\"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity\"")
			.contains("\"status\":503")
			.contains("\"violated-policies\":[\"two\"]");
	}

	@Test
	void limitsHandlerMethods() {
		assertThat(left(get("/annotated/alice")))
			.isEqualTo(Map.of("ten", Map.of("r", 9L, "t", 360L), "two", Map.of("r", 1L, "t", 1800L)));
		get("/annotated/alice");
		int before = this.api.calls();
		HttpResponse<String> refused = get("/annotated/alice");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertNothingLeft(refused);
		assertThat(refused.body()).contains("quota-exceeded");
		assertThat(this.api.calls()).isEqualTo(before);
		assertThat(get("/annotated/bob").statusCode()).isEqualTo(200);
	}

	@Test
	void limitsHandlerMethodsByAddressWhereTheyHaveNoKey() {
		get("/annotated-by-address", XFF, "203.0.113.9");
		get("/annotated-by-address", XFF, "1.1.1.1, 203.0.113.9");
		assertThat(get("/annotated-by-address", XFF, "2.2.2.2, 203.0.113.9").statusCode()).isEqualTo(429);
		assertThat(get("/annotated-by-address").statusCode()).isEqualTo(200);
	}

	@Test
	void limitsHandlerMethodsBySession() {
		assertThat(statuses(logIn(), "/annotated-by-session", 2)).containsExactly(200, 200);
		assertThat(statuses(logIn(), "/annotated-by-session", 1)).as("same buyer").containsExactly(429);
	}

	@Test
	void takesTheCostOfAHandlerMethod() {
		assertThat(left(get("/annotated-by-cost/alice"))).containsEntry("ten", Map.of("r", 5L, "t", 360L));
		assertThat(get("/annotated-by-cost/alice").statusCode()).isEqualTo(200);
		assertThat(get("/annotated-by-cost/alice").statusCode()).isEqualTo(429);
		assertThat(get("/annotated-by-cost/bob").statusCode()).isEqualTo(200);
	}

	@Test
	void waitsForTheTurnOfAHandlerMethod() {
		assertThat(statuses(this.client, "/annotated-patient", 2)).containsExactly(200, 200);
	}

	@Test
	void answersAKeyThatIsNullWithAnError() {
		assertThat(get("/annotated-by-session").statusCode()).isEqualTo(500);
	}

	@Test
	void countsAnAsynchronousRequestOnce() {
		assertThat(left(get("/annotated-async"))).containsEntry("two", Map.of("r", 1L, "t", 1800L));
		assertThat(get("/annotated-async").body()).isEqualTo("later");
	}

	@Test
	void answersALimitBehindTheHandlerInTheSameWay() {
		get("/inside/alice");
		get("/inside/alice");
		HttpResponse<String> refused = get("/inside/alice");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertNothingLeft(refused);
	}

	@Test
	void servesExactlyTheLimitOfThoseWhoComeAtOnce() {
		List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
			.mapToObj((i) -> this.client.sendAsync(request("GET", "/limited"), HttpResponse.BodyHandlers.ofString()))
			.toList();
		assertThat(answers.stream().map((answer) -> answer.join().statusCode())).hasSize(50)
			.containsOnly(200, 429)
			.filteredOn((status) -> status == 200)
			.hasSize(2);
	}

	HttpResponse<String> refused(String accepted) {
		get("/limited");
		get("/limited");
		HttpResponse<String> answer = get("/limited", "Accept", accepted);
		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.body()).contains("quota-exceeded").contains("violated-policies");
		return answer;
	}

	/** The machine may be slow, and time goes by between the requests. */
	private static void assertNothingLeft(HttpResponse<String> answer) {
		long retryAfter = Long.parseLong(field(answer, "Retry-After"));
		assertThat(retryAfter).isBetween(1700L, 1800L);
		assertThat(left(answer)).containsEntry("two", Map.of("r", 0L, "t", retryAfter));
	}

	private void assertDenied(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().map()).doesNotContainKeys("retry-after", "ratelimit");
		assertThat(answer.body()).contains("#abnormal-usage-detected");
	}

	private Decision peek(String policy, String key) {
		return this.shop.getBean(RateLimiters.class).get(policy).peek(key);
	}

	private HttpClient logIn() {
		HttpClient visitor = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
		assertThat(statuses(visitor, "/login", 1)).containsExactly(200);
		return visitor;
	}

	private List<Integer> statuses(HttpClient visitor, String path, int times) {
		return IntStream.range(0, times).mapToObj((i) -> send(visitor, request("GET", path)).statusCode()).toList();
	}

	private HttpResponse<String> get(String path, String... headers) {
		return send("GET", path, headers);
	}

	private HttpResponse<String> send(String method, String path, String... headers) {
		return send(this.client, request(method, path, headers));
	}

	private static HttpResponse<String> send(HttpClient client, HttpRequest request) {
		try {
			return client.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	RateLimiter limiter(String policy) {
		return this.shop.getBean(RateLimiters.class).get(policy);
	}

	HttpRequest request(String method, String path, String... headers) {
		String port = this.shop.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(Duration.ofSeconds(30))
			.method(method, HttpRequest.BodyPublishers.noBody());
		return (headers.length > 0) ? request.headers(headers).build() : request.build();
	}

	static String field(HttpResponse<String> answer, String name) {
		return answer.headers().firstValue(name).orElse("none");
	}

	private static Map<String, Map<String, Object>> policies(HttpResponse<String> answer) {
		return StructuredFields.list(answer.headers().allValues("RateLimit-Policy"));
	}

	private static Map<String, Map<String, Object>> left(HttpResponse<String> answer) {
		return StructuredFields.list(answer.headers().allValues("RateLimit"));
	}

}
