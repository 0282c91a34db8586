package io.github.redispatterns.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * The answers of several servers that are asked at the same time.
 *
 * @param <T> the type of an answer
 */
final class Votes<T> {

	private final int servers;

	private final Predicate<T> yes;

	private final List<T> answers = new ArrayList<>();

	private int ayes;

	private int failures;

	private final CompletableFuture<Votes<T>> decided = new CompletableFuture<>();

	private Votes(int servers, Predicate<T> yes) {
		this.servers = servers;
		this.yes = yes;
	}

	/**
	 * Ask all.
	 * @param <T> the type of an answer
	 * @param servers who is asked
	 * @param question asks one, and is answered in time
	 * @param yes whether an answer counts
	 * @return the votes as soon as there is a majority, or can be none
	 */
	static <T> CompletionStage<Votes<T>> of(List<RedisGateway> servers,
			Function<RedisGateway, CompletionStage<T>> question, Predicate<T> yes) {
		Votes<T> votes = new Votes<>(servers.size(), yes);
		servers.forEach((server) -> question.apply(server).whenComplete(votes::count));
		return votes.decided;
	}

	private void count(@Nullable T answer, @Nullable Throwable failure) {
		boolean clear;
		synchronized (this) {
			if (answer == null) {
				this.failures++;
			}
			else {
				this.answers.add(answer);
				this.ayes += this.yes.test(answer) ? 1 : 0;
			}
			clear = isCarried() || isLost();
		}
		if (clear) {
			this.decided.complete(this);
		}
	}

	/**
	 * Whether a majority of all servers says yes.
	 * @return {@code true} also if others did not answer
	 */
	synchronized boolean isCarried() {
		return this.ayes > this.servers / 2;
	}

	private boolean isLost() {
		int still = this.servers - this.answers.size() - this.failures;
		return this.ayes + still <= this.servers / 2;
	}

	/**
	 * Whether a majority may have said yes without being heard.
	 * @return {@code true} if too few servers answered
	 */
	synchronized boolean isUnclear() {
		return !isCarried() && this.ayes + this.failures > this.servers / 2;
	}

	synchronized List<T> answers() {
		return List.copyOf(this.answers);
	}

	RedisUnavailableException outage() {
		return RedisUnavailableException
			.withoutStackTrace("Fewer than a majority of %d servers answered in time".formatted(this.servers));
	}

}
