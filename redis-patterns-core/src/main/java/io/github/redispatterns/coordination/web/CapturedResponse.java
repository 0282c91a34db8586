package io.github.redispatterns.coordination.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * A response that is held back, from when that is asked for until it is sent, so that no
 * client sees an answer before it is kept. A body that outgrows the largest size is not
 * held back any longer, and not kept.
 */
final class CapturedResponse extends HttpServletResponseWrapper {

	/** Belong to one exchange or one client, or are made anew. */
	private static final Set<String> NOT_KEPT = Set.of("set-cookie", "connection", "keep-alive", "transfer-encoding",
			"content-length", "content-type", "date", "trailer", "upgrade");

	private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final ByteArrayOutputStream held = new ByteArrayOutputStream();

	private int maxSize;

	private boolean capturing;

	private boolean overflown;

	private boolean error;

	private @Nullable ServletOutputStream stream;

	private @Nullable PrintWriter writer;

	CapturedResponse(HttpServletResponse response) {
		super(response);
	}

	/**
	 * Hold back what comes from now on.
	 * @param maxSize how many bytes of the body at most
	 */
	void capture(int maxSize) {
		this.capturing = true;
		this.maxSize = maxSize;
	}

	/**
	 * Whether the container makes the answer, to an error.
	 * @return whether there is nothing to keep
	 */
	boolean isError() {
		return this.error;
	}

	/**
	 * What was answered so far.
	 * @return to be kept
	 */
	StoredResponse stored() {
		flushWriter();
		Map<String, List<String>> kept = new TreeMap<>(this.headers);
		kept.keySet().removeIf((name) -> NOT_KEPT.contains(name.toLowerCase(Locale.ROOT)));
		if (getContentType() != null) {
			kept.put(HttpHeaders.CONTENT_TYPE, List.of(getContentType()));
		}
		return new StoredResponse(getStatus(), kept, this.overflown ? null : this.held.toByteArray());
	}

	/**
	 * Send what was held back.
	 * @throws IOException if the client has gone
	 */
	void send() throws IOException {
		flushWriter();
		if (this.capturing) {
			this.capturing = false;
			if (!isCommitted()) {
				super.setContentLength(this.held.size());
				this.held.writeTo(super.getOutputStream());
			}
		}
	}

	private void flushWriter() {
		if (this.writer != null) {
			this.writer.flush();
		}
	}

	private void write(byte[] bytes, int offset, int length) throws IOException {
		if (this.capturing && this.held.size() + length > this.maxSize) {
			this.capturing = false;
			this.overflown = true;
			this.held.writeTo(super.getOutputStream());
			this.held.reset();
		}
		if (this.capturing) {
			this.held.write(bytes, offset, length);
		}
		else {
			super.getOutputStream().write(bytes, offset, length);
		}
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		if (!this.capturing && this.stream == null) {
			return super.getOutputStream();
		}
		if (this.stream == null) {
			this.stream = new Held();
		}
		return this.stream;
	}

	@Override
	public PrintWriter getWriter() throws IOException {
		if (!this.capturing && this.writer == null) {
			return super.getWriter();
		}
		if (this.writer == null) {
			this.writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), getCharacterEncoding()));
		}
		return this.writer;
	}

	@Override
	public void flushBuffer() throws IOException {
		flushWriter();
		if (!this.capturing) {
			super.flushBuffer();
		}
	}

	@Override
	public void reset() {
		super.reset();
		this.headers.clear();
		this.held.reset();
		this.writer = null;
	}

	@Override
	public void resetBuffer() {
		super.resetBuffer();
		this.held.reset();
	}

	@Override
	public void sendError(int status) throws IOException {
		this.error = true;
		super.sendError(status);
	}

	@Override
	public void sendError(int status, String message) throws IOException {
		this.error = true;
		super.sendError(status, message);
	}

	@Override
	public void sendRedirect(String location) throws IOException {
		sendRedirect(location, SC_FOUND, true);
	}

	@Override
	public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
		if (this.capturing) {
			if (clearBuffer) {
				resetBuffer();
			}
			setStatus(status);
			setHeader(HttpHeaders.LOCATION, location);
		}
		else {
			super.sendRedirect(location, status, clearBuffer);
		}
	}

	@Override
	public void setContentLength(int length) {
		setContentLengthLong(length);
	}

	@Override
	public void setContentLengthLong(long length) {
		if (!this.capturing) {
			super.setContentLengthLong(length);
		}
	}

	@Override
	public void setHeader(String name, @Nullable String value) {
		if (isHeldBack(name)) {
			return;
		}
		this.headers.remove(name);
		record(name, value);
		super.setHeader(name, value);
	}

	@Override
	public void addHeader(String name, @Nullable String value) {
		if (isHeldBack(name)) {
			return;
		}
		record(name, value);
		super.addHeader(name, value);
	}

	@Override
	public void setIntHeader(String name, int value) {
		setHeader(name, String.valueOf(value));
	}

	@Override
	public void addIntHeader(String name, int value) {
		addHeader(name, String.valueOf(value));
	}

	@Override
	public void setDateHeader(String name, long value) {
		super.setDateHeader(name, value);
		this.headers.remove(name);
		record(name, super.getHeader(name));
	}

	@Override
	public void addDateHeader(String name, long value) {
		super.addDateHeader(name, value);
		this.headers.put(name, new ArrayList<>(super.getHeaders(name)));
	}

	private boolean isHeldBack(String name) {
		return this.capturing && HttpHeaders.CONTENT_LENGTH.equalsIgnoreCase(name);
	}

	private void record(String name, @Nullable String value) {
		if (this.capturing && value != null) {
			this.headers.computeIfAbsent(name, (key) -> new ArrayList<>()).add(value);
		}
	}

	/** Where a body is held back. */
	private final class Held extends ServletOutputStream {

		@Override
		public void write(int octet) throws IOException {
			CapturedResponse.this.write(new byte[] { (byte) octet }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			CapturedResponse.this.write(bytes, offset, length);
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new UnsupportedOperationException("A response that is kept is written without a listener");
		}

	}

}
