package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.Socket;

import javax.net.ssl.SSLSocketFactory;

/**
 * What a server with TLS and users asks for.
 *
 * @param sockets makes sockets that trust the server
 * @param username the user
 * @param password the user's password
 */
record Access(SSLSocketFactory sockets, String username, String password) {

	Socket secure(Socket socket, String host, int port) throws IOException {
		return this.sockets.createSocket(socket, host, port, true);
	}

}
