package io.github.redispatterns.coordination;

import java.lang.reflect.Method;
import java.time.Clock;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

import io.github.redispatterns.annotation.AnnotationAdvisor;

/** Runs scheduled methods once over all nodes. */
public final class OncePerClusterAdvisor extends AnnotationAdvisor<OncePerCluster, ScheduledTask> {

	/** Outside of everything else that is put around a method. */
	public static final int ORDER = IdempotentAdvisor.ORDER - 100;

	private final Supplier<ClusterTasks> tasks;

	private final BeanFactory beans;

	private final Supplier<Clock> clock;

	/**
	 * Create the advisor.
	 * @param tasks the registry, asked for when the first annotation is found
	 * @param beans for placeholders in schedules
	 * @param clock the clock of the scheduler
	 */
	public OncePerClusterAdvisor(Supplier<ClusterTasks> tasks, BeanFactory beans, Supplier<Clock> clock) {
		super(OncePerCluster.class, ORDER);
		this.tasks = tasks;
		this.beans = beans;
		this.clock = clock;
	}

	@Override
	protected ScheduledTask compile(OncePerCluster annotation, Method method) {
		return new TaskDeclaration(annotation, method, this.beans).compile(this.tasks.get(), this.clock);
	}

	@Override
	protected @Nullable Object around(ScheduledTask operation, MethodInvocation invocation) throws Throwable {
		operation.task().runThrowing(operation.fires().get(), invocation::proceed);
		return null;
	}

}
