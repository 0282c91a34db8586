package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A handle that stands for another one, and differs in how it is released. */
abstract class ForwardingHandle implements LockHandle {

	private final LockHandle handle;

	ForwardingHandle(LockHandle handle) {
		this.handle = handle;
	}

	abstract boolean isReleased();

	IllegalStateException alreadyReleased() {
		return new IllegalStateException("Lock '%s' was released before by this handle".formatted(name()));
	}

	@Override
	public String name() {
		return this.handle.name();
	}

	@Override
	public LockState state() {
		return isReleased() ? LockState.RELEASED : this.handle.state();
	}

	@Override
	public boolean isValid() {
		return !isReleased() && this.handle.isValid();
	}

	@Override
	public Duration remaining() {
		return isReleased() ? Duration.ZERO : this.handle.remaining();
	}

	@Override
	public long fencingToken() {
		return this.handle.fencingToken();
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener, Executor executor) {
		this.handle.onLost((lost) -> tell(listener), executor);
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener) {
		this.handle.onLost((lost) -> tell(listener));
	}

	private void tell(Consumer<? super LockHandle> listener) {
		if (!isReleased()) {
			listener.accept(this);
		}
	}

	@Override
	public boolean extend(Duration time) {
		requireHeld();
		return this.handle.extend(time);
	}

	@Override
	public CompletionStage<Boolean> extendAsync(Duration time) {
		requireHeld();
		return this.handle.extendAsync(time);
	}

	private void requireHeld() {
		if (isReleased()) {
			throw alreadyReleased();
		}
	}

	@Override
	public boolean release() {
		return Waiting.await(releaseAsync());
	}

	@Override
	public void close() {
		if (!isReleased()) {
			Waiting.await(Releasing.quietly(this));
		}
	}

}
