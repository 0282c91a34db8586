package io.github.redispatterns.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * Which of the newer commands the server has, as its {@code COMMAND INFO} says; versions
 * say little, since Valkey, modules and managed services each go their own way.
 *
 * @param commands names in capitals
 */
public record Capabilities(Set<String> commands) {

	/** What some pattern can use where it is there. */
	static final List<String> ASKED = List.of("BF.ADD", "CMS.INCRBY", "DELEX", "DELIFEQ", "EXPIRETIME", "FCALL",
			"GETEX", "HGETEX", "HPEXPIRE", "HSETEX", "MSETEX", "SPUBLISH", "SSUBSCRIBE", "TOPK.ADD", "TS.ADD",
			"WAITAOF", "XACKDEL", "XAUTOCLAIM");

	public Capabilities {
		commands = Set.copyOf(commands);
	}

	/**
	 * Whether a command is there.
	 * @param command its name, in any case
	 * @return {@code false} also for a command that no pattern asks for
	 */
	public boolean has(String command) {
		return this.commands.contains(command.toUpperCase(Locale.ROOT));
	}

	static CompletionStage<Capabilities> ask(RedisGateway gateway) {
		return gateway.command((redis) -> redis.commandInfo(ASKED.toArray(String[]::new))).thenApply(Capabilities::of);
	}

	private static Capabilities of(List<Object> infos) {
		Set<String> present = new TreeSet<>();
		IntStream.range(0, Math.min(infos.size(), ASKED.size()))
			.filter((i) -> infos.get(i) instanceof List<?> info && !info.isEmpty())
			.forEach((i) -> present.add(ASKED.get(i)));
		return new Capabilities(present);
	}

}
