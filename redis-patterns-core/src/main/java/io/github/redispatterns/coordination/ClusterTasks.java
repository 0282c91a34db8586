package io.github.redispatterns.coordination;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/** The tasks of an application that run on one node at a time, by name. */
public final class ClusterTasks {

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final String node;

	private final TaskSettings settings;

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of tasks
	 * @param node what this JVM is called where others look who ran a task
	 * @param settings of tasks that are asked for without any
	 */
	public ClusterTasks(RedisGateway gateway, KeySpace keys, String node, TaskSettings settings) {
		this.gateway = gateway;
		this.keys = keys;
		this.node = node;
		this.settings = settings;
	}

	/**
	 * How tasks are run that are asked for without settings.
	 * @return the settings
	 */
	public TaskSettings settings() {
		return this.settings;
	}

	/**
	 * A task.
	 * @param name its name, the same on all nodes
	 * @return the task
	 */
	public ClusterTask get(String name) {
		return new ClusterTask(this, name, this.settings);
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	String node() {
		return this.node;
	}

	String key(String task) {
		return this.keys.key(task);
	}

}
