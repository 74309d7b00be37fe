/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority and certificates signed by it, created by the JDK's keytool. */
public final class TestKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** The store of the first call; keytool takes a second for each key. */
  private static byte[] made = {};

  private final Path directory;
  private final Path file;

  private TestKeys(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("keys.p12");
  }

  public static synchronized TestKeys make(Path directory)
      throws IOException, InterruptedException {
    TestKeys keys = new TestKeys(directory);
    if (made.length > 0) {
      Files.write(keys.file, made);
      return keys;
    }
    keys.generate("authority", "-ext", "bc:critical=ca:true", "-validity", "30");
    keys.sign("good", "san=ip:127.0.0.1,dns:localhost", "-validity", "20");
    keys.sign("elsewhere", "san=dns:collector.test,ip:192.0.2.1", "-validity", "20");
    keys.sign("expired", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
    made = Files.readAllBytes(keys.file);
    return keys;
  }

  private void sign(String alias, String names, String... options)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-signer", "authority", "-ext", names));
    all.addAll(List.of(options));
    generate(alias, all.toArray(String[]::new));
  }

  private void generate(String alias, String... options) throws IOException, InterruptedException {
    Path keytool = Path.of(System.getProperty("java.home", ""), "bin", "keytool");
    List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair"));
    command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", file.toString()));
    command.addAll(List.of(options));
    Path output = directory.resolve("keytool.out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }

  /**
   * Returns server sockets with one of the certificates, which may require a client certificate.
   */
  public ServerSocketFactory serverSockets(String alias, boolean clientCertificate)
      throws GeneralSecurityException, IOException {
    return new TlsServerSockets(context(alias).getServerSocketFactory(), clientCertificate);
  }

  /** Returns the context of a server with one of the certificates. */
  public SSLContext context(String alias) throws GeneralSecurityException, IOException {
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(alias, key(alias), PASSWORD, store().getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(one, PASSWORD);
    KeyStore authorityOnly = KeyStore.getInstance("PKCS12");
    authorityOnly.load(null, null);
    authorityOnly.setCertificateEntry("authority", store().getCertificate("authority"));
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(authorityOnly);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  public Path certificatePem(String alias) throws GeneralSecurityException, IOException {
    byte[] certificate = store().getCertificate(alias).getEncoded();
    return pem(alias + "-cert.pem", "CERTIFICATE", certificate);
  }

  public Path keyPem(String alias) throws GeneralSecurityException, IOException {
    return pem(alias + "-key.pem", "PRIVATE KEY", key(alias).getEncoded());
  }

  private KeyStore store() throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private Key key(String alias) throws GeneralSecurityException, IOException {
    return store().getKey(alias, PASSWORD);
  }

  private Path pem(String name, String type, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    String text = "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    return Files.writeString(directory.resolve(name), text);
  }
}
