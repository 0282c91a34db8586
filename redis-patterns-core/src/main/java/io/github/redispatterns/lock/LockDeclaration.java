package io.github.redispatterns.lock;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AnnotationDuration;
import io.github.redispatterns.annotation.FallbackMethod;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

/** Reads a {@link DistributedLock} and finds what cannot work in it. */
final class LockDeclaration {

	private final DistributedLock annotation;

	private final Method method;

	private final Class<?> type;

	private final CallForm form;

	LockDeclaration(DistributedLock annotation, Method method) {
		this.annotation = annotation;
		this.method = method;
		this.type = method.getReturnType();
		this.form = CallForm.of(this.type);
	}

	LockOperation compile(LockSettings defaults, BeanFactory beans) {
		refuseWhatReturnsTooEarly();
		if (this.annotation.permits() < 1) {
			throw invalid("permits", this.annotation.permits(), "there must be at least 1",
					"Write how many may hold it.");
		}
		if (this.annotation.onLost() == OnLost.INTERRUPT && this.form != CallForm.BLOCKING) {
			throw invalid("onLost", OnLost.INTERRUPT,
					"no thread belongs to a call that returns " + this.type.getSimpleName(),
					"Use FAIL_AFTER, or take the LockHandle as a parameter and listen to its loss.");
		}
		return new LockOperation(name(), key(beans), this.annotation.kind(), this.annotation.permits(),
				settings(defaults), busy(), this.annotation.onLost(), parameters(), this.form);
	}

	private String name() {
		return StringUtils.hasText(this.annotation.name()) ? this.annotation.name()
				: this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName();
	}

	private @Nullable MethodExpression key(BeanFactory beans) {
		String key = this.annotation.key();
		return StringUtils.hasText(key) ? MethodExpression.parse(DistributedLock.class, this.method, "key", key, beans)
				: null;
	}

	private LockSettings settings(LockSettings defaults) {
		return new LockSettings(duration("maxWait", this.annotation.maxWait(), defaults.maxWait(), Duration.ZERO),
				duration("lease", this.annotation.lease(), defaults.lease(), LockSettings.SHORTEST_LEASE),
				duration("maxHold", this.annotation.maxHold(), defaults.maxHold(), LockSettings.SHORTEST_LEASE));
	}

	private void refuseWhatReturnsTooEarly() {
		boolean future = this.form == CallForm.BLOCKING && Future.class.isAssignableFrom(this.type);
		boolean publisher = this.form == CallForm.BLOCKING
				&& ReactiveAdapterRegistry.getSharedInstance().getAdapter(this.type) != null;
		boolean suspending = Arrays.stream(this.method.getParameterTypes())
			.anyMatch((parameter) -> parameter.getName().equals("kotlin.coroutines.Continuation"));
		if (future || publisher || suspending) {
			throw invalid("returns", this.type.getSimpleName(), "the lock would be released before the work is done",
					"Return the result itself, a CompletionStage, CompletableFuture, Mono or Flux, or use Locks.");
		}
	}

	private BusyAnswer busy() {
		return switch (this.annotation.onBusy()) {
			case THROW -> BusyAnswer::refuse;
			case SKIP -> skip();
			case FALLBACK -> FallbackMethod.find(DistributedLock.class, this.method, this.annotation.fallback(),
					LockNotAcquiredException.class)::answer;
		};
	}

	private BusyAnswer skip() {
		if (this.type.isPrimitive() && this.type != void.class) {
			throw invalid("onBusy", OnBusy.SKIP, "a skipped call has no " + this.type + " to return",
					"Return the boxed type or an Optional, or use another reaction.");
		}
		return BusyAnswer.skip(this.form.nothing(this.type));
	}

	private Map<Integer, Boolean> parameters() {
		Map<Integer, Boolean> parameters = new LinkedHashMap<>();
		Parameter[] all = this.method.getParameters();
		for (int i = 0; i < all.length; i++) {
			boolean token = all[i].isAnnotationPresent(FencingToken.class);
			if (token && all[i].getType() != long.class && all[i].getType() != Long.class) {
				throw invalid("parameter", all[i].getName(),
						"a fencing token is a long but the parameter is a " + all[i].getType().getSimpleName(),
						"Make the parameter a long.");
			}
			if (token || all[i].getType() == LockHandle.class) {
				parameters.put(i, token);
			}
		}
		return Map.copyOf(parameters);
	}

	private Duration duration(String attribute, String text, Duration otherwise, Duration shortest) {
		return AnnotationDuration.parse(DistributedLock.class, this.method, attribute, text, otherwise, shortest);
	}

	private InvalidAnnotationException invalid(String attribute, Object value, String reason, String action) {
		return new InvalidAnnotationException(DistributedLock.class, this.method, attribute, String.valueOf(value),
				reason, action, null);
	}

}
