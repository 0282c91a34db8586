package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/** Several locks that are held together: lost when one is lost. */
final class JointHandle implements LockHandle {

	private final String name;

	private final List<LockHandle> handles;

	private final AtomicBoolean released = new AtomicBoolean();

	JointHandle(String name, List<LockHandle> handles) {
		this.name = name;
		this.handles = List.copyOf(handles);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public LockState state() {
		if (this.released.get()) {
			return LockState.RELEASED;
		}
		if (!isValid()) {
			return LockState.LOST;
		}
		boolean suspect = this.handles.stream().anyMatch((handle) -> handle.state() == LockState.SUSPECT);
		return suspect ? LockState.SUSPECT : LockState.HELD;
	}

	@Override
	public boolean isValid() {
		return this.handles.stream().allMatch(LockHandle::isValid);
	}

	@Override
	public Duration remaining() {
		return this.handles.stream().map(LockHandle::remaining).min(Comparator.naturalOrder()).orElse(Duration.ZERO);
	}

	@Override
	public long fencingToken() {
		return this.handles.stream().mapToLong(LockHandle::fencingToken).max().orElseThrow();
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener, Executor executor) {
		Consumer<LockHandle> once = once(listener);
		this.handles.forEach((handle) -> handle.onLost(once, executor));
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener) {
		Consumer<LockHandle> once = once(listener);
		this.handles.forEach((handle) -> handle.onLost(once));
	}

	private Consumer<LockHandle> once(Consumer<? super LockHandle> listener) {
		AtomicBoolean told = new AtomicBoolean();
		return (lost) -> {
			if (!this.released.get() && told.compareAndSet(false, true)) {
				listener.accept(this);
			}
		};
	}

	@Override
	public boolean extend(Duration time) {
		return Waiting.await(extendAsync(time));
	}

	@Override
	public CompletionStage<Boolean> extendAsync(Duration time) {
		return all((handle) -> handle.extendAsync(time));
	}

	@Override
	public boolean release() {
		return Waiting.await(releaseAsync());
	}

	@Override
	public CompletionStage<Boolean> releaseAsync() {
		if (!this.released.compareAndSet(false, true)) {
			throw new IllegalStateException("Lock '%s' was released before by this handle".formatted(this.name));
		}
		return all(LockHandle::releaseAsync);
	}

	private CompletionStage<Boolean> all(Function<LockHandle, CompletionStage<Boolean>> call) {
		List<CompletionStage<Boolean>> calls = this.handles.stream().map(call).toList();
		return calls.stream()
			.reduce((one, other) -> one.thenCombine(other, Boolean::logicalAnd))
			.orElseGet(() -> CompletableFuture.completedFuture(true));
	}

	@Override
	public void close() {
		if (!this.released.get()) {
			Waiting.await(Releasing.quietly(this));
		}
	}

}
