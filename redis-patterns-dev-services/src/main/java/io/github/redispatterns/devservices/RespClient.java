package io.github.redispatterns.devservices;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks the second version of Redis' protocol, in text only. Not for
 * several threads.
 */
final class RespClient implements AutoCloseable {

	private final Socket socket;

	private final InputStream in;

	RespClient(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedInputStream(socket.getInputStream());
	}

	/**
	 * Send a command and wait for its answer.
	 * @param command the command and its arguments
	 * @return the answer: text, {@link Long}, {@link List} or nothing
	 * @throws RespException if the answer is an error or does not come in time
	 */
	@Nullable Object call(List<String> command) {
		try {
			this.socket.getOutputStream().write(encode(command));
			return readReply();
		}
		catch (IOException ex) {
			throw new RespException("No answer to " + command.get(0), ex);
		}
	}

	private static byte[] encode(List<String> command) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes(ascii("*" + command.size() + "\r\n"));
		for (String argument : command) {
			byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
			out.writeBytes(ascii("$" + bytes.length + "\r\n"));
			out.writeBytes(bytes);
			out.writeBytes(ascii("\r\n"));
		}
		return out.toByteArray();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private @Nullable Object readReply() throws IOException {
		int type = readByte();
		String line = readLine();
		return switch (type) {
			case '+' -> line;
			case ':' -> Long.valueOf(line);
			case '$' -> readText(Integer.parseInt(line));
			case '*' -> readList(Integer.parseInt(line));
			case '-' -> throw new RespException(line);
			default -> throw new IOException("Not the protocol of Redis: " + (char) type + line);
		};
	}

	private @Nullable String readText(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		byte[] bytes = this.in.readNBytes(length);
		readLine();
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private @Nullable List<@Nullable Object> readList(int size) throws IOException {
		if (size < 0) {
			return null;
		}
		List<@Nullable Object> list = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			list.add(readReply());
		}
		return list;
	}

	private String readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = readByte(); next != '\r'; next = readByte()) {
			line.write(next);
		}
		readByte();
		return line.toString(StandardCharsets.UTF_8);
	}

	private int readByte() throws IOException {
		int next = this.in.read();
		if (next < 0) {
			throw new EOFException("The server closed the connection");
		}
		return next;
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new RespException("Cannot close the connection", ex);
		}
	}

}
