package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A lock that is kept in Redis by a protocol. */
final class GatedLock extends NamedLock {

	private final LockEngine engine;

	private final Protocol protocol;

	private final LockSettings settings;

	GatedLock(LockEngine engine, Protocol protocol, LockSettings settings) {
		this.engine = engine;
		this.protocol = protocol;
		this.settings = settings;
	}

	@Override
	public String name() {
		return this.protocol.name();
	}

	@Override
	public LockSettings settings() {
		return this.settings;
	}

	@Override
	public NamedLock with(LockSettings settings) {
		return new GatedLock(this.engine, this.protocol, settings);
	}

	@Override
	public Optional<LockHolder> holder() {
		return this.engine.gateway().await(this.protocol.holder(this.engine.gateway()));
	}

	@Override
	Object identity() {
		return List.of(this.engine, this.protocol.id());
	}

	@Override
	Attempt begin(Duration wait) {
		Waiter waiter = new Waiter(this.engine, this.settings, wait);
		this.engine.gateway().observations().observe(LockObservation.ACQUIRE, () -> {
			this.engine.enter(this.protocol, waiter);
			return waiter;
		}, this::acquired);
		return waiter;
	}

	// Only asked where somebody observes.
	private String acquired(Optional<LockHandle> handle) {
		handle.ifPresent((held) -> this.engine.gateway()
			.observations()
			.observe(LockObservation.HOLD, ((HeldLock) held)::ended, Function.identity()));
		return handle.isPresent() ? "acquired" : "busy";
	}

	@Override
	public String toString() {
		return this.protocol.toString();
	}

}
