/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for 127.0.0.1, in each file format that we read. */
public final class TestCertificate {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  private TestCertificate(Path folder) {
    this.folder = folder;
  }

  /** Creates a certificate with the JDK's keytool, and its files in the folder. */
  public static TestCertificate make(Path folder) throws IOException, GeneralSecurityException {
    return make(folder, "EC");
  }

  /** Generates a certificate with a key of an algorithm, such as RSA. */
  public static TestCertificate make(Path folder, String algorithm)
      throws IOException, GeneralSecurityException {
    TestCertificate made = new TestCertificate(folder);
    String keytool = Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString();
    Tools.Result result =
        Tools.run(
            "",
            List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                made.keyStore().toString()));
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.output());
    }
    KeyStore store = made.store();
    pem(made.pem(), "CERTIFICATE", store.getCertificate("server").getEncoded());
    byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
    pem(made.keyPem(), "PRIVATE KEY", key);
    return made;
  }

  private static void pem(Path file, String type, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(keyStore().toFile(), PASSWORD.toCharArray());
  }

  /** Returns the PKCS12 file with the key and the certificate. */
  public Path keyStore() {
    return folder.resolve("server.p12");
  }

  /** Returns the password of the key store. */
  public String password() {
    return PASSWORD;
  }

  /** Returns the PEM file of the certificate. */
  public Path pem() {
    return folder.resolve("server.pem");
  }

  /** Returns the PEM file of the private key. */
  public Path keyPem() {
    return folder.resolve("server-key.pem");
  }

  /** Returns a client that trusts only this certificate. */
  public HttpClient client() throws IOException, GeneralSecurityException {
    return HttpClient.newBuilder().sslContext(sslContext()).build();
  }

  /** Returns a TLS context that trusts this certificate and no other. */
  public SSLContext sslContext() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store().getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
