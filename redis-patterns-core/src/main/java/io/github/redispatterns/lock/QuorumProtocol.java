package io.github.redispatterns.lock;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/** A mutex that whoever has it at a majority of independent servers has. */
final class QuorumProtocol implements Protocol {

	private static final LuaScript<Long> RAISE_TOKEN = LuaScript.integer("lock/raise-token");

	private final List<RedisGateway> servers;

	private final MutexProtocol one;

	private final String fence;

	/**
	 * Create the protocol.
	 * @param servers the servers, each with a deadline much shorter than any lease
	 * @param engine what the locks of the registry share
	 * @param name the name of the lock
	 */
	QuorumProtocol(List<RedisGateway> servers, LockEngine engine, String name) {
		this.servers = servers;
		this.one = new MutexProtocol(engine, name, false);
		this.fence = this.one.watchedKey() + ":fence";
	}

	@Override
	public String name() {
		return this.one.name();
	}

	@Override
	public String id() {
		return this.one.id();
	}

	@Override
	public String watchedKey() {
		return this.one.watchedKey();
	}

	@Override
	public boolean isExclusive() {
		return false;
	}

	@Override
	public CompletionStage<Long> acquire(RedisGateway redis, Claim claim) {
		long sent = System.nanoTime();
		return Votes.of(this.servers, (server) -> this.one.acquire(server, claim), (reply) -> reply > 0)
			.thenCompose((votes) -> (votes.isCarried() && isQuick(sent, claim)) ? raise(votes) : refused(votes, claim));
	}

	// What took half of the lease is of little use.
	private static boolean isQuick(long sent, Claim claim) {
		return System.nanoTime() - sent < TimeUnit.MILLISECONDS.toNanos(claim.leaseMillis()) / 2;
	}

	/**
	 * The largest token of a majority is remembered by a majority: whoever comes next
	 * meets a server that knows it.
	 * @param votes the tokens
	 * @return the largest
	 */
	private CompletionStage<Long> raise(Votes<Long> votes) {
		long token = votes.answers().stream().mapToLong(Long::longValue).max().orElseThrow();
		return Votes
			.of(this.servers,
					(server) -> server.execute(RAISE_TOKEN, List.of(this.fence), token,
							MutexProtocol.FENCE_MEMORY.toMillis()),
					(reply) -> true)
			.thenCompose((raised) -> raised.isCarried() ? CompletableFuture.completedFuture(token)
					: CompletableFuture.failedFuture(raised.outage()));
	}

	private CompletionStage<Long> refused(Votes<Long> votes, Claim claim) {
		release(claim.owner());
		if (votes.isUnclear()) {
			return CompletableFuture.failedFuture(votes.outage());
		}
		return CompletableFuture
			.completedFuture(votes.answers().stream().filter((reply) -> reply < 0).max(Long::compare).orElse(-1L));
	}

	@Override
	public CompletionStage<Long> turnOver(RedisGateway redis, Claim claim) {
		throw new IllegalStateException("Nobody hands on a lock of several servers");
	}

	/**
	 * Servers that have forgotten the lock get it again, and count from the next time on.
	 */
	@Override
	public CompletionStage<Boolean> extend(RedisGateway redis, String owner, long leaseMillis) {
		Queue<RedisGateway> forgetful = new ConcurrentLinkedQueue<>();
		Claim again = new Claim(owner, leaseMillis, 0, false);
		return decide((server) -> this.one.extend(server, owner, leaseMillis).thenApply((held) -> {
			if (!held) {
				forgetful.add(server);
			}
			return held;
		})).thenApply((held) -> {
			if (held) {
				forgetful.forEach((server) -> this.one.acquire(server, again));
			}
			return held;
		});
	}

	@Override
	public CompletionStage<Boolean> isHeld(RedisGateway redis, String owner) {
		return decide((server) -> this.one.isHeld(server, owner));
	}

	@Override
	public CompletionStage<Boolean> release(RedisGateway redis, String owner) {
		return release(owner);
	}

	private CompletionStage<Boolean> release(String owner) {
		return decide((server) -> this.one.release(server.pastBreaker(), owner));
	}

	private CompletionStage<Boolean> decide(Function<RedisGateway, CompletionStage<Boolean>> question) {
		return Votes.of(this.servers, question, (held) -> held)
			.thenCompose((votes) -> votes.isUnclear() ? CompletableFuture.failedFuture(votes.outage())
					: CompletableFuture.completedFuture(votes.isCarried()));
	}

	@Override
	public CompletionStage<?> leave(RedisGateway redis) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(RedisGateway redis) {
		return Votes.of(this.servers, this.one::holder, Optional::isPresent)
			.thenApply((votes) -> votes.answers()
				.stream()
				.flatMap(Optional::stream)
				.collect(Collectors.groupingBy(LockHolder::node))
				.values()
				.stream()
				.filter((holders) -> holders.size() > this.servers.size() / 2)
				.flatMap((holders) -> holders.stream().min(Comparator.comparing(LockHolder::remaining)).stream())
				.findFirst());
	}

	@Override
	public int tokens() {
		return 1;
	}

	@Override
	public String toString() {
		return this.one + " of " + this.servers.size() + " servers";
	}

}
