package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * A task that runs once for each fire over all nodes, and never twice at the same time.
 * Made by {@link ClusterTasks}, cheap, thread-safe.
 * <p>
 * Which fire it is decides whether it is run: see {@link Fire}. Each is run at most once:
 * not again if its run fails or its node dies, and not at all if it comes while another
 * run is under way. A run whose node died is over when its lease ends, and the next fire
 * after that is run.
 * <p>
 * <b>Not promised:</b> that a run is alone if its node was stopped for longer than the
 * lease and then went on; that a fire is not run twice if Redis loses what it was told;
 * that a fire is run at all if Redis does not answer on any node when it comes.
 */
public final class ClusterTask {

	private static final Log logger = LogFactory.getLog(ClusterTask.class);

	private static final LuaScript<List<Long>> BEGIN = LuaScript.integers("coordination/task-begin");

	private static final LuaScript<Long> EXTEND = LuaScript.integer("coordination/task-extend");

	private static final LuaScript<Long> END = LuaScript.integer("coordination/task-end");

	/** How long a task is remembered at least. */
	private static final Duration REMEMBERED = Duration.ofDays(7);

	private static final Duration TRY_AGAIN = Duration.ofMillis(200);

	private static final int LONGEST_MESSAGE = 500;

	private final ClusterTasks tasks;

	private final String name;

	private final TaskSettings settings;

	ClusterTask(ClusterTasks tasks, String name, TaskSettings settings) {
		this.tasks = tasks;
		this.name = name;
		this.settings = settings;
	}

	/**
	 * The name of this task.
	 * @return the name as it was asked for
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The same task, run in another way.
	 * @param settings how
	 * @return another view of the task
	 */
	public ClusterTask with(TaskSettings settings) {
		return new ClusterTask(this.tasks, this.name, settings);
	}

	/**
	 * What is known of this task over all nodes.
	 * @return the run under way and the last one
	 * @throws RedisUnavailableException if Redis does not answer
	 */
	public TaskHistory history() {
		RedisGateway gateway = this.tasks.gateway();
		byte[] key = RedisGateway.utf8(this.tasks.key(this.name));
		return TaskHistory.of(gateway.await(gateway.command((redis) -> redis.hgetall(key))));
	}

	/**
	 * Run the task here unless it is run, or was, for the same fire.
	 * @param fire which fire it is
	 * @param work what to do; what it throws is recorded and thrown on
	 * @return whether it was run here, or why not
	 */
	public FireAnswer run(Fire fire, Runnable work) {
		try {
			return runThrowing(fire, () -> {
				work.run();
				return null;
			});
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new RedisPatternsException("Task '%s' failed".formatted(this.name), ex);
		}
	}

	FireAnswer runThrowing(Fire fire, IdempotentOperation.Work<?> work) throws Throwable {
		String run = Claims.newId();
		FireAnswer answer = begin(fire, run);
		if (answer == FireAnswer.RAN) {
			execute(fire, run, work);
		}
		else if (answer == FireAnswer.UNKNOWN && this.settings.onRedisFailure() == OnRedisFailure.OPEN) {
			work.run();
			return FireAnswer.RAN;
		}
		return answer;
	}

	private FireAnswer begin(Fire fire, String run) {
		try {
			RedisGateway gateway = this.tasks.gateway();
			long deadline = System.nanoTime() + this.settings.lease().dividedBy(2).toNanos();
			return gateway.await(gateway.observations()
				.observe(CoordinationObservation.FIRE, this.name, () -> begin(arguments(fire, run), deadline),
						(answer) -> answer.name().toLowerCase(Locale.ROOT).replace('_', '-')));
		}
		catch (RedisUnavailableException ex) {
			logger.warn("Task '%s' is %s, because Redis does not answer".formatted(this.name,
					(this.settings.onRedisFailure() == OnRedisFailure.OPEN) ? "run on every node" : "not run here"),
					ex);
			return FireAnswer.UNKNOWN;
		}
	}

	/**
	 * Ask until there is an answer: the first question may have been heard, and then the
	 * fire is this node's to run.
	 * @param arguments of the script
	 * @param deadline after which it is given up
	 * @return the answer
	 */
	private CompletionStage<FireAnswer> begin(Object[] arguments, long deadline) {
		RedisGateway gateway = this.tasks.gateway();
		List<String> keys = List.of(this.tasks.key(this.name));
		return gateway.execute(BEGIN, keys, arguments).thenApply(this::read).exceptionallyCompose((failure) -> {
			Throwable cause = RedisPatternsException.causeOf(failure);
			if (cause instanceof RedisUnavailableException && deadline - System.nanoTime() > 0) {
				return gateway.timers().pause(TRY_AGAIN).thenCompose((over) -> begin(arguments, deadline));
			}
			return CompletableFuture.failedFuture(cause);
		});
	}

	private Object[] arguments(Fire fire, String run) {
		String kind = "after";
		long value = fire.period().toMillis();
		Duration slack = Fire.early(fire.period());
		if (fire instanceof Fire.At at) {
			kind = "at";
			value = at.instant().toEpochMilli();
			slack = this.settings.maxClockSkew();
		}
		else if (fire instanceof Fire.Every) {
			kind = "every";
		}
		return new Object[] { run, this.tasks.node(), this.settings.lease().toMillis(), remembered(fire).toMillis(),
				kind, value, slack.toMillis() };
	}

	// Longer than until the next fire, on the slowest clock.
	private Duration remembered(Fire fire) {
		Duration needed = fire.period().plus(this.settings.maxClockSkew()).multipliedBy(2).plus(this.settings.lease());
		return (needed.compareTo(REMEMBERED) > 0) ? needed : REMEMBERED;
	}

	private FireAnswer read(List<Long> reply) {
		FireAnswer answer = FireAnswer.values()[(int) (reply.get(0) - 1)];
		if (answer == FireAnswer.CLOCK_AHEAD) {
			logger.warn("Task '%s' is not run here: the clock of this node is ahead of that of Redis by %s"
				.formatted(this.name, Duration.ofMillis(reply.get(1))));
		}
		return answer;
	}

	private void execute(Fire fire, String run, IdempotentOperation.Work<?> work) throws Throwable {
		RedisGateway gateway = this.tasks.gateway().pastBreaker();
		List<String> key = List.of(this.tasks.key(this.name));
		Renewal renewal = Renewal.begin(gateway.timers(), this.settings.lease(),
				() -> gateway.execute(EXTEND, key, run, this.settings.lease().toMillis())
					.thenApply((reply) -> reply == 1));
		TaskRun.Outcome outcome = TaskRun.Outcome.SUCCEEDED;
		String message = "";
		try {
			work.run();
		}
		catch (Throwable ex) {
			outcome = TaskRun.Outcome.FAILED;
			message = shortened(ex.toString());
			throw ex;
		}
		finally {
			renewal.stop();
			long next = (fire instanceof Fire.After after) ? after.delay().toMillis() : -1;
			end(gateway.execute(END, key, run, outcome, message, next));
		}
	}

	private void end(CompletionStage<Long> ended) {
		try {
			if (this.tasks.gateway().await(ended) == 0) {
				logger
					.warn("Another may have run beside task '%s', whose node was not heard of for longer than its lease"
						.formatted(this.name));
			}
		}
		catch (RedisUnavailableException ex) {
			logger.warn("The end of a run of task '%s' could not be recorded: it counts as running until its lease ends"
				.formatted(this.name), ex);
		}
	}

	private static String shortened(String message) {
		return (message.length() <= LONGEST_MESSAGE) ? message : message.substring(0, LONGEST_MESSAGE);
	}

	@Override
	public String toString() {
		return "Task '%s'".formatted(this.name);
	}

}
