package io.github.redispatterns.coordination.web;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.RequestPath;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.Attempt;
import io.github.redispatterns.coordination.Claims;
import io.github.redispatterns.coordination.IdempotencySettings;
import io.github.redispatterns.coordination.Idempotent;
import io.github.redispatterns.coordination.IdempotentDeclaration;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Executes requests with the field {@code Idempotency-Key} once and sends the kept
 * response when they come again, marked by {@code Idempotent-Replayed: true}. Applies to
 * handler methods that are {@link Idempotent} without a key of their own, and to requests
 * whose path and method ask for it.
 * <p>
 * Kept are responses with a status below 400, and those to exceptions that are said to be
 * answers; after any other the request is executed again. Cookies are never kept.
 */
public final class IdempotencyInterceptor implements HandlerInterceptor {

	private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final PayloadPipeline payloads;

	private final IdempotencySettings defaults;

	private final IdempotencyKeySettings settings;

	private final BeanFactory beans;

	private final Claims claims;

	private final List<PathPattern> paths;

	private final Map<Method, Optional<IdempotencyRule>> rules = new ConcurrentHashMap<>();

	/**
	 * Create the interceptor.
	 * @param gateway the way to Redis
	 * @param keys the key space of requests
	 * @param payloads turns responses into bytes
	 * @param defaults how requests are executed where no annotation says so
	 * @param settings which requests, and how large
	 * @param beans for references to beans in scopes
	 */
	public IdempotencyInterceptor(RedisGateway gateway, KeySpace keys, PayloadPipeline payloads,
			IdempotencySettings defaults, IdempotencyKeySettings settings, BeanFactory beans) {
		this.gateway = gateway;
		this.keys = keys;
		this.payloads = payloads;
		this.defaults = defaults;
		this.settings = settings;
		this.beans = beans;
		this.claims = new Claims(gateway, "http");
		this.paths = settings.paths().stream().map(PathPatternParser.defaultInstance::parse).toList();
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws IOException {
		IdempotencyRule rule = (request.getDispatcherType() == DispatcherType.REQUEST) ? rule(request, handler) : null;
		if (rule == null) {
			return true;
		}
		String key = IdempotencyKeyField.read(request);
		if (key != null) {
			return execute(rule, this.keys.key(List.of(rule.scopeOf(request), key)), exchange(request), response);
		}
		if (rule.required()) {
			throw new IdempotencyException(IdempotencyProblem.MISSING, null);
		}
		return true;
	}

	private boolean execute(IdempotencyRule rule, String key, Exchange exchange, HttpServletResponse response)
			throws IOException {
		byte[] fingerprint = exchange.fingerprint(this.settings.maxBodySize());
		Attempt attempt;
		try {
			attempt = this.claims.await(key, fingerprint, rule.settings().lease(), rule.settings().maxWait());
		}
		catch (RedisUnavailableException ex) {
			if (rule.settings().onRedisFailure() == OnRedisFailure.OPEN) {
				return true;
			}
			throw new IdempotencyException(IdempotencyProblem.UNAVAILABLE, ex);
		}
		if (attempt instanceof Attempt.Claimed claimed) {
			exchange.begin(new Execution(this.gateway, this.payloads, key, claimed.claim(), rule.settings()),
					this.settings.maxBodySize());
			return true;
		}
		if (attempt instanceof Attempt.Answered answered) {
			read(key, answered.answer()).send(response);
			return false;
		}
		throw new IdempotencyException(
				(attempt instanceof Attempt.InFlight) ? IdempotencyProblem.IN_FLIGHT : IdempotencyProblem.REUSED, null);
	}

	private StoredResponse read(String key, byte[] answer) {
		Decoded decoded = this.payloads.decode(key, answer, Execution.TYPE);
		if (decoded instanceof Decoded.Value value && value.value() instanceof StoredResponse stored) {
			return stored;
		}
		throw new RedisPatternsException("The response kept under %s cannot be read: %s".formatted(key, decoded));
	}

	private static Exchange exchange(HttpServletRequest request) {
		Exchange exchange = Exchange.of(request);
		if (exchange == null) {
			throw new IllegalStateException(
					"The request has not passed the IdempotencyFilter: map it to all paths whose handlers are @Idempotent");
		}
		return exchange;
	}

	private @Nullable IdempotencyRule rule(HttpServletRequest request, Object handler) {
		IdempotencyRule declared = (handler instanceof HandlerMethod method) ? rule(method.getMethod()) : null;
		return (declared != null || !isAskedFor(request)) ? declared
				: new IdempotencyRule(this.defaults, null, this.settings.required());
	}

	private @Nullable IdempotencyRule rule(Method handler) {
		return this.rules.computeIfAbsent(handler, this::compile).orElse(null);
	}

	private Optional<IdempotencyRule> compile(Method handler) {
		return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(handler, Idempotent.class))
			.map((annotation) -> new IdempotentDeclaration(annotation, handler))
			.filter(IdempotentDeclaration::isKeyedByRequest)
			.map((declaration) -> new IdempotencyRule(declaration.settings(this.defaults),
					declaration.scope(this.beans), declaration.isRequired()));
	}

	private boolean isAskedFor(HttpServletRequest request) {
		if (this.paths.isEmpty() || SAFE.contains(request.getMethod())) {
			return false;
		}
		RequestPath path = ServletRequestPathUtils.hasParsedRequestPath(request)
				? ServletRequestPathUtils.getParsedRequestPath(request)
				: ServletRequestPathUtils.parseAndCache(request);
		return this.paths.stream().anyMatch((pattern) -> pattern.matches(path.pathWithinApplication()));
	}

}
