package io.github.redispatterns.coordination.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Over HTTP, in a real servlet container. */
@ExtendWith(RedisExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyKeyTests {

	private final HttpClient client = HttpClient.newHttpClient();

	private final Redis redis;

	private ConfigurableApplicationContext shop;

	private Orders.Api api;

	IdempotencyKeyTests(Redis redis) {
		this.redis = redis;
	}

	@BeforeAll
	void start() {
		SpringApplication application = new SpringApplication(Orders.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean(Redis.class,
				() -> this.redis, (definition) -> definition.setDestroyMethodName("")));
		this.shop = application.run("--server.port=0", "--spring.main.banner-mode=off");
		this.api = this.shop.getBean(Orders.Api.class);
	}

	@AfterAll
	void stop() {
		this.shop.close();
	}

	@Test
	void sendsStatusHeadersAndBodyAgain() {
		String key = key();
		HttpResponse<String> first = post("/orders", key, "{\"item\":\"tea\",\"number\":0}");
		HttpResponse<String> second = post("/orders", key, "{\"item\":\"tea\",\"number\":0}");
		assertThat(first.statusCode()).isEqualTo(201);
		assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
		assertThat(first.headers().firstValue("Set-Cookie")).isPresent();
		assertThat(second.statusCode()).isEqualTo(201);
		assertThat(second.body()).isEqualTo(first.body()).contains("tea");
		assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
		assertThat(second.headers().firstValue("Location")).contains("/orders/1");
		assertThat(second.headers().firstValue("Content-Type")).isEqualTo(first.headers().firstValue("Content-Type"));
		assertThat(second.headers().allValues("X-Part")).containsExactly("a", "b");
		assertThat(second.headers().firstValue("Set-Cookie")).isEmpty();
	}

	@Test
	void executesOneOfAHundredThatComeAtOnce() {
		String key = key();
		int before = this.api.executions();
		List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			answers.add(this.client.sendAsync(request("/orders", key, "{\"item\":\"tea\",\"number\":0}").build(),
					HttpResponse.BodyHandlers.ofString()));
		}
		List<Integer> statuses = answers.stream().map((answer) -> answer.join().statusCode()).toList();
		assertThat(statuses).hasSize(100).contains(201).isSubsetOf(201, 409);
		assertThat(this.api.executions()).isEqualTo(before + 1);
		assertThat(answers.stream()
			.map(CompletableFuture::join)
			.filter((answer) -> answer.statusCode() == 201)
			.map(HttpResponse::body)
			.collect(Collectors.toSet())).hasSize(1);
	}

	@Test
	void refusesWhileTheFirstIsExecuted() {
		String key = key();
		CompletableFuture<HttpResponse<String>> first = this.client.sendAsync(request("/slow", key, "").build(),
				HttpResponse.BodyHandlers.ofString());
		Awaitility.await().until(() -> this.redis.keysWithTtl().containsKey(this.redis.keys().key(List.of("", key))));
		HttpResponse<String> second = post("/slow", key, "");
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(second.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(second.headers().firstValue("Retry-After")).contains("1");
		assertThat(second.body()).contains("A request is outstanding for this Idempotency-Key");
		this.api.slow.countDown();
		assertThat(first.join().body()).isEqualTo(post("/slow", key, "").body()).startsWith("slow ");
	}

	@Test
	void refusesAKeyThatIsUsedForAnotherBodyOrPath() {
		String key = key();
		post("/orders", key, "{\"item\":\"tea\",\"number\":0}");
		assertThat(post("/orders", key, "{\"item\":\"milk\",\"number\":0}").statusCode()).isEqualTo(422);
		assertThat(post("/orders?a=b", key, "{\"item\":\"tea\",\"number\":0}").statusCode()).isEqualTo(422);
		assertThat(post("/optional", key, "{\"item\":\"tea\",\"number\":0}").body())
			.contains("Idempotency-Key is already used");
	}

	@Test
	void refusesARequestWithoutKeyWhereOneIsRequired() {
		HttpResponse<String> refused = post("/orders", null, "{\"item\":\"tea\",\"number\":0}");
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(refused.body()).contains("Idempotency-Key is missing");
		assertThat(post("/optional", null, "").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\"", "\"a", "a b", "\"a\"b\"", "\"a\";p=1" })
	void refusesAMalformedKey(String key) {
		assertThat(post("/optional", key, "").statusCode()).isEqualTo(400);
		assertThat(post("/optional", "x".repeat(256), "").body()).contains("malformed");
	}

	@Test
	void takesKeysWithAndWithoutQuotes() {
		String key = key();
		assertThat(post("/optional", key, "").body()).isEqualTo(post("/optional", '"' + key + '"', "").body());
	}

	@Test
	void keepsUsersAndScopesApart() {
		String key = key();
		String ann = send(request("/optional", key, "").header("X-User", "ann")).body();
		assertThat(send(request("/optional", key, "").header("X-User", "bob")).body()).isNotEqualTo(ann);
		assertThat(send(request("/optional", key, "").header("X-User", "ann")).body()).isEqualTo(ann);
		String one = send(request("/scoped", key, "").header("X-Tenant", "one")).body();
		assertThat(send(request("/scoped", key, "").header("X-Tenant", "two")).body()).isNotEqualTo(one);
		assertThat(send(request("/scoped", key, "").header("X-Tenant", "one")).body()).isEqualTo(one);
	}

	@Test
	void keepsAsynchronousResponses() {
		assertSame("/async", "{\"item\":\"tea\",\"number\":0}");
	}

	@Test
	void keepsWhatIsWrittenAsText() {
		String key = key();
		assertThat(post("/writer", key, "").body()).startsWith("grün").isEqualTo(post("/writer", key, "").body());
	}

	@Test
	void keepsRedirects() {
		String key = key();
		HttpResponse<String> first = post("/redirect", key, "");
		HttpResponse<String> second = post("/redirect", key, "");
		assertThat(first.statusCode()).isEqualTo(302);
		assertThat(second.statusCode()).isEqualTo(302);
		assertThat(first.headers().firstValue("Location")).isPresent()
			.isEqualTo(second.headers().firstValue("Location"));
	}

	@Test
	void comparesFormsAndUploads() {
		String key = key();
		String form = send(form(key, "item=tea")).body();
		assertThat(form).startsWith("tea ");
		assertThat(send(form(key, "item=tea")).body()).isEqualTo(form);
		assertThat(send(form(key, "item=milk")).statusCode()).isEqualTo(422);
		String upload = key();
		assertThat(send(upload(upload, "tea", "one")).body()).startsWith("tea ")
			.isEqualTo(send(upload(upload, "tea", "other")).body());
		assertThat(send(upload(upload, "milk", "one")).statusCode()).isEqualTo(422);
	}

	@Test
	void executesErrorsAgain() {
		for (String path : List.of("/refused", "/error", "/broken")) {
			String key = key();
			int before = this.api.executions();
			int status = post(path, key, "").statusCode();
			assertThat(status).isGreaterThanOrEqualTo(400);
			assertThat(post(path, key, "").statusCode()).isEqualTo(status);
			assertThat(this.api.executions()).as(path).isEqualTo(before + 2);
		}
	}

	@Test
	void keepsErrorsThatAreAnswers() {
		String key = key();
		HttpResponse<String> first = post("/declined", key, "");
		assertThat(first.statusCode()).isEqualTo(402);
		assertThat(post("/declined", key, "").body()).isEqualTo(first.body()).startsWith("declined ");
	}

	@Test
	void doesNotExecuteAgainWhatWasTooLargeToKeep() {
		String key = key();
		int before = this.api.executions();
		assertThat(post("/large", key, "").body()).hasSizeGreaterThan(Orders.MAX_BODY);
		HttpResponse<String> second = post("/large", key, "");
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(second.body()).contains("too large to be kept");
		assertThat(this.api.executions()).isEqualTo(before + 1);
	}

	@Test
	void refusesARequestThatIsTooLargeToCompare() {
		HttpResponse<String> refused = post("/optional", key(), "x".repeat(Orders.MAX_BODY + 1));
		assertThat(refused.statusCode()).isEqualTo(413);
	}

	@Test
	void appliesToPathsWithMethodsThatChangeSomething() {
		assertSame("/by-path/orders", "");
		assertThat(post("/by-path/orders", null, "").statusCode()).isEqualTo(200);
		String key = key();
		assertThat(send(get(key)).body()).isNotEqualTo(send(get(key)).body());
	}

	@Test
	void leavesOtherRequestsAlone() {
		String key = key();
		assertThat(post("/plain", key, "a").body()).isNotEqualTo(post("/plain", key, "a").body());
	}

	private void assertSame(String path, String body) {
		String key = key();
		int before = this.api.executions();
		HttpResponse<String> first = post(path, key, body);
		assertThat(first.statusCode()).isEqualTo(200);
		assertThat(post(path, key, body).body()).isEqualTo(first.body()).isNotEmpty();
		assertThat(this.api.executions()).isEqualTo(before + 1);
	}

	private static String key() {
		return UUID.randomUUID().toString();
	}

	private HttpResponse<String> post(String path, @Nullable String key, String body) {
		return send(request(path, key, body));
	}

	private HttpRequest.Builder request(String path, @Nullable String key, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body));
		return (key != null) ? request.header("Idempotency-Key", key) : request;
	}

	private HttpRequest.Builder get(String key) {
		return HttpRequest.newBuilder(uri("/by-path/orders")).header("Idempotency-Key", key);
	}

	private HttpRequest.Builder form(String key, String body) {
		return HttpRequest.newBuilder(uri("/form"))
			.header("Idempotency-Key", key)
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(body));
	}

	private HttpRequest.Builder upload(String key, String content, String boundary) {
		String body = "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n%s\r\n--%s--\r\n"
			.formatted(boundary, content, boundary);
		return HttpRequest.newBuilder(uri("/upload"))
			.header("Idempotency-Key", key)
			.header("Content-Type", "multipart/form-data; boundary=" + boundary)
			.POST(HttpRequest.BodyPublishers.ofString(body));
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.shop.getEnvironment().getProperty("local.server.port") + path);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		return this.client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
	}

}
