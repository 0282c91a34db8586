package io.github.redispatterns.devservices;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for {@code localhost} and {@code 127.0.0.1} that signs itself, valid for
 * a year. The JDK has no public API that makes one.
 *
 * @param certificate the certificate
 * @param keyPem the private key as PEM
 */
record Certificate(X509Certificate certificate, String keyPem) {

	private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("2a8648ce3d040302"));

	private static final byte[] COMMON_NAME = Der.oid("550403");

	private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.oid("551d11");

	private static final Duration VALIDITY = Duration.ofDays(365);

	static Certificate create() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"));
			KeyPair keys = generator.generateKeyPair();
			byte[] encoded = sign(keys, contents(keys));
			return new Certificate(
					(X509Certificate) CertificateFactory.getInstance("X.509")
						.generateCertificate(new ByteArrayInputStream(encoded)),
					pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JVM cannot make a certificate", ex);
		}
	}

	private static byte[] sign(KeyPair keys, byte[] contents) throws GeneralSecurityException {
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(keys.getPrivate());
		signature.update(contents);
		return Der.sequence(contents, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
	}

	private static byte[] contents(KeyPair keys) {
		Instant now = Instant.now();
		byte[] version = Der.tagged(0xa0, Der.integer(BigInteger.TWO));
		byte[] serial = Der.integer(BigInteger.valueOf(now.toEpochMilli()));
		byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text("redis-patterns development"))));
		byte[] validity = Der.sequence(Der.time(now.minus(Duration.ofDays(1))), Der.time(now.plus(VALIDITY)));
		byte[] extensions = Der.tagged(0xa3, Der.sequence(Der.sequence(SUBJECT_ALTERNATIVE_NAME, names())));
		return Der.sequence(version, serial, ECDSA_WITH_SHA256, name, validity, name, keys.getPublic().getEncoded(),
				extensions);
	}

	private static byte[] names() {
		byte[] dns = Der.tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII));
		byte[] address = Der.tagged(0x87, new byte[] { 127, 0, 0, 1 });
		return Der.octets(Der.sequence(dns, address));
	}

	String certificatePem() {
		try {
			return pem("CERTIFICATE", this.certificate.getEncoded());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(String type, byte[] bytes) {
		String base64 = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes);
		return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
	}

	/**
	 * Trust in this certificate and no other.
	 * @return the trust
	 */
	TrustManagerFactory trust() {
		try {
			KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
			store.load(null, null);
			store.setCertificateEntry("redis", this.certificate);
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(store);
			return trust;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	SSLSocketFactory sockets() {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, trust().getTrustManagers(), null);
			return context.getSocketFactory();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
