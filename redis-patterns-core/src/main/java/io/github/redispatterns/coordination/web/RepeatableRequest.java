package io.github.redispatterns.coordination.web;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.TreeMap;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;

/**
 * A request whose body can be looked at before the handler reads it. Costs nothing until
 * that happens.
 */
final class RepeatableRequest extends HttpServletRequestWrapper {

	private byte @Nullable [] body;

	RepeatableRequest(HttpServletRequest request) {
		super(request);
	}

	/**
	 * Add what was sent to a digest. Forms and their parts are left to be read by the
	 * container, which parses them once.
	 * @param digest the digest
	 * @param maxSize how many bytes to keep of the body
	 * @throws IOException if the body cannot be read
	 * @throws IdempotencyException if the body is larger
	 */
	void digestBody(MessageDigest digest, int maxSize) throws IOException {
		String type = String.valueOf(getContentType()).toLowerCase(Locale.ROOT);
		if (type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)) {
			new TreeMap<>(getParameterMap()).forEach((name, values) -> {
				update(digest, name);
				for (String value : values) {
					update(digest, value);
				}
			});
		}
		else if (type.startsWith("multipart/")) {
			digestParts(digest);
		}
		else {
			digest.update(body(maxSize));
		}
	}

	private void digestParts(MessageDigest digest) throws IOException {
		try {
			for (Part part : getParts()) {
				update(digest, part.getName());
				update(digest, String.valueOf(part.getSubmittedFileName()));
				digest.update(DigestUtils.md5Digest(part.getInputStream()));
			}
		}
		catch (ServletException ex) {
			throw new IOException("The parts of the request cannot be read", ex);
		}
	}

	private byte[] body(int maxSize) throws IOException {
		if (this.body == null) {
			byte[] read = super.getInputStream().readNBytes(maxSize + 1);
			if (read.length > maxSize) {
				throw new IdempotencyException(IdempotencyProblem.TOO_LARGE, null);
			}
			this.body = read;
		}
		return this.body;
	}

	static void update(MessageDigest digest, @Nullable String text) {
		digest.update(String.valueOf(text).getBytes(StandardCharsets.UTF_8));
		digest.update((byte) 0);
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		return (this.body != null) ? new Body(this.body) : super.getInputStream();
	}

	@Override
	public BufferedReader getReader() throws IOException {
		if (this.body == null) {
			return super.getReader();
		}
		Charset charset = (getCharacterEncoding() != null) ? Charset.forName(getCharacterEncoding())
				: StandardCharsets.UTF_8;
		return new BufferedReader(new InputStreamReader(getInputStream(), charset));
	}

	/** A body that was read. */
	private static final class Body extends ServletInputStream {

		private final ByteArrayInputStream bytes;

		private Body(byte[] bytes) {
			this.bytes = new ByteArrayInputStream(bytes);
		}

		@Override
		public int read() {
			return this.bytes.read();
		}

		@Override
		public int read(byte[] into, int offset, int length) {
			return this.bytes.read(into, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.bytes.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("The body was read already: read it without a listener");
		}

	}

}
