package io.github.redispatterns.lock;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A call whose work is done when it returns. */
final class BlockingCall {

	private BlockingCall() {
	}

	static @Nullable Object run(LockOperation operation, ProxyMethodInvocation invocation, LockHandle handle)
			throws Throwable {
		boolean inTransaction = isInTransaction();
		Interruption interruption = new Interruption(operation.onLost(), handle);
		boolean held;
		Object result;
		try {
			result = operation.proceed(invocation, handle);
		}
		catch (Throwable ex) {
			if (interruption.end()) {
				ex.addSuppressed(new LockLostException(handle.name()));
			}
			throw ex;
		}
		finally {
			interruption.end();
			held = release(handle, inTransaction);
		}
		if (!held && operation.onLost() != OnLost.SIGNAL) {
			throw new LockLostException(handle.name());
		}
		return result;
	}

	// The caller's transaction ends after the call: who has the lock next must see what
	// it commits.
	private static boolean release(LockHandle handle, boolean inTransaction) {
		if (!inTransaction) {
			return Waiting.await(Releasing.quietly(handle));
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				handle.close();
			}

		});
		return handle.isValid();
	}

	private static boolean isInTransaction() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	/** Interrupts the thread of the call while that runs, and not after. */
	private static final class Interruption {

		private final Thread thread = Thread.currentThread();

		private boolean interrupted;

		private boolean ended;

		Interruption(OnLost onLost, LockHandle handle) {
			if (onLost == OnLost.INTERRUPT) {
				handle.onLost((lost) -> interrupt());
			}
		}

		private synchronized void interrupt() {
			if (!this.ended) {
				this.interrupted = true;
				this.thread.interrupt();
			}
		}

		// Nobody later on this thread is meant by the interruption.
		synchronized boolean end() {
			if (!this.ended && this.interrupted) {
				Thread.interrupted();
			}
			this.ended = true;
			return this.interrupted;
		}

	}

}
