package io.github.redispatterns.coordination.web;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * A request with a key and its response, on the way from the filter to the interceptor
 * and back.
 */
final class Exchange implements AsyncListener {

	private static final String ATTRIBUTE = Exchange.class.getName();

	private static final int FIRST_ERROR = 400;

	private final RepeatableRequest request;

	private final CapturedResponse response;

	private final AtomicReference<@Nullable Execution> execution = new AtomicReference<>();

	Exchange(HttpServletRequest request, HttpServletResponse response) {
		this.request = new RepeatableRequest(request);
		this.response = new CapturedResponse(response);
		request.setAttribute(ATTRIBUTE, this);
	}

	/**
	 * The exchange that a request belongs to.
	 * @param request the request, however wrapped
	 * @return nothing if it has no key, or has not passed the filter
	 */
	static @Nullable Exchange of(HttpServletRequest request) {
		return (Exchange) request.getAttribute(ATTRIBUTE);
	}

	RepeatableRequest request() {
		return this.request;
	}

	CapturedResponse response() {
		return this.response;
	}

	/**
	 * What must be the same under one key.
	 * @param maxSize how many bytes of the body to read
	 * @return hash of method, path, query and body
	 * @throws IOException if the body cannot be read
	 */
	byte[] fingerprint(int maxSize) throws IOException {
		MessageDigest digest = sha256();
		RepeatableRequest.update(digest, this.request.getMethod());
		RepeatableRequest.update(digest, this.request.getRequestURI());
		RepeatableRequest.update(digest, this.request.getQueryString());
		this.request.digestBody(digest, maxSize);
		return digest.digest();
	}

	/**
	 * The request is executed from now on.
	 * @param begun what keeps the response in the end
	 * @param maxSize how many bytes of the response to keep
	 */
	void begin(Execution begun, int maxSize) {
		this.execution.set(begun);
		this.response.capture(maxSize);
	}

	/**
	 * The response is there: keep it, then send it.
	 * @throws IOException if the client has gone
	 */
	void finish() throws IOException {
		Execution finished = this.execution.getAndSet(null);
		if (finished != null && isAnswer(finished)) {
			finished.complete(this.response.stored());
		}
		else if (finished != null) {
			finished.release();
		}
		this.response.send();
	}

	/** There is no response to keep. */
	void fail() {
		Execution failed = this.execution.getAndSet(null);
		if (failed != null) {
			failed.release();
		}
	}

	private boolean isAnswer(Execution finished) {
		if (this.request.getAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE) instanceof Throwable failure) {
			return finished.settings().stores(failure);
		}
		return !this.response.isError() && this.response.getStatus() < FIRST_ERROR;
	}

	@Override
	public void onComplete(AsyncEvent event) {
		// Nothing is left to fail if it was dispatched and has passed the filter again.
		fail();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
	}

	@Override
	public void onError(AsyncEvent event) {
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		event.getAsyncContext().addListener(this);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
