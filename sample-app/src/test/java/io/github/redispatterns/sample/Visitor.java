package io.github.redispatterns.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A visitor without a browser: HTTP and a cookie, which is good on every instance. */
final class Visitor {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private String cookie = "";

	static Visitor stranger() {
		return new Visitor();
	}

	static Visitor loggedIn(Shop shop, String name) {
		Visitor visitor = new Visitor();
		HttpResponse<String> response = visitor.logIn(shop, name);
		if (response.statusCode() != 200) {
			throw new AssertionError("Login answered " + response.statusCode() + ": " + response.body());
		}
		return visitor;
	}

	HttpResponse<String> logIn(Shop shop, String name) {
		String body = JSON.writeValueAsString(Map.of("name", name));
		HttpResponse<String> response = send(shop, "POST", "/api/login", body).join();
		response.headers()
			.firstValue("Set-Cookie")
			.ifPresent((header) -> this.cookie = header.substring(0, header.indexOf(';')));
		return response;
	}

	HttpResponse<String> get(Shop shop, String path) {
		return send(shop, "GET", path, "").join();
	}

	HttpResponse<String> post(Shop shop, String path) {
		return send(shop, "POST", path, "").join();
	}

	HttpResponse<String> put(Shop shop, String path, Object body) {
		return send(shop, "PUT", path, JSON.writeValueAsString(body)).join();
	}

	HttpResponse<String> delete(Shop shop, String path) {
		return send(shop, "DELETE", path, "").join();
	}

	JsonNode read(Shop shop, String path) {
		return JSON.readTree(get(shop, path).body());
	}

	HttpResponse<String> buy(Shop shop, long seatId) {
		return buyAsync(shop, seatId).join();
	}

	HttpResponse<String> buy(Shop shop, long seatId, String key) {
		return send(shop, "POST", purchase(seatId), "", "Idempotency-Key", key).join();
	}

	CompletableFuture<HttpResponse<String>> buyAsync(Shop shop, long seatId) {
		return send(shop, "POST", purchase(seatId), "");
	}

	private static String purchase(long seatId) {
		return "/api/events/%d/seats/%d/purchase".formatted(seatId / 100, seatId);
	}

	/**
	 * Listen to the live feed until the shop closes.
	 * @param shop the shop
	 * @return the lines as they arrive
	 */
	Queue<String> listen(Shop shop) {
		Queue<String> lines = new ConcurrentLinkedQueue<>();
		HttpRequest request = HttpRequest.newBuilder(shop.uri("/api/live")).build();
		CompletableFuture<?> unused = CLIENT.sendAsync(request, BodyHandlers.ofLines())
			.thenAcceptAsync((response) -> response.body().forEach(lines::add), Visitor::inBackground);
		return lines;
	}

	// The feed ends with the shop: whoever reads it is busy until then.
	private static void inBackground(Runnable task) {
		Thread thread = new Thread(task, "visitor");
		thread.setDaemon(true);
		thread.start();
	}

	private CompletableFuture<HttpResponse<String>> send(Shop shop, String method, String path, String body,
			String... headers) {
		URI uri = shop.uri(path);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri)
			.method(method, BodyPublishers.ofString(body))
			.header("Content-Type", "application/json");
		if (headers.length > 0) {
			request.headers(headers);
		}
		if (!this.cookie.isEmpty()) {
			request.header("Cookie", this.cookie);
		}
		return CLIENT.sendAsync(request.build(), BodyHandlers.ofString());
	}

}
