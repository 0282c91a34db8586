package io.github.redispatterns.coordination;

/**
 * Is told when this node becomes the leader and when it is not any more, on the executor
 * of {@link LeaderElections}, one call at a time, always in pairs. Must return soon: work
 * that goes on is begun and ended here, and looks at {@link LeaderElection#isLeader()}
 * meanwhile.
 */
public interface LeaderListener {

	/**
	 * This node is the leader.
	 * @param term number of the term, larger than all before it: send it along with what
	 * the leader writes, and have whoever stores it refuse smaller ones
	 */
	default void onElected(long term) {
	}

	/**
	 * This node is not the leader any more. Where it steps down by itself, nobody else is
	 * the leader before this returns; where it lost its term, nobody else is before the
	 * lease has ended, which is a tenth of it later, or a second.
	 * @param term the term that is over
	 */
	default void onRevoked(long term) {
	}

}
