/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.util.RateLimitedLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Creates the server's TLS context from files; errors name the file, the rule and the fix. */
final class TlsFiles {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private TlsFiles() {}

  static SSLContext pem(Path certificateChain, Path privateKey) {
    Certificate[] chain = certificates(certificateChain);
    PrivateKey key = key(privateKey);
    try {
      if (!belong(key, chain[0].getPublicKey())) {
        throw new IllegalArgumentException(
            "privateKey must belong to the first certificate of "
                + certificateChain
                + ", was "
                + privateKey);
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain);
      return context(store, new char[0]);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "privateKey and certificateChain must be usable for TLS, was "
              + privateKey
              + " with "
              + certificateChain
              + ": "
              + e.getMessage(),
          e);
    }
  }

  static SSLContext keyStore(Path file, String password) {
    char[] secret = password.toCharArray();
    try {
      // Recognises the type by content.
      KeyStore store = KeyStore.getInstance(file.toFile(), secret);
      boolean hasKey = false;
      for (String alias : Collections.list(store.aliases())) {
        hasKey |= store.isKeyEntry(alias);
      }
      if (!hasKey) {
        throw new IllegalArgumentException(
            "keyStore must contain a private key, was " + file + " without one");
      }
      return context(store, secret);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "keyStore must be a readable PKCS12 or JKS file with this password, was "
              + file
              + ": "
              + RateLimitedLog.describe(e),
          e);
    }
  }

  private static SSLContext context(KeyStore store, char[] password)
      throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static Certificate[] certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(new Certificate[0]);
      if (chain.length == 0) {
        throw new IllegalArgumentException(
            "certificateChain must contain a certificate, was " + file + " without one");
      }
      return chain;
    } catch (GeneralSecurityException | IOException e) {
      throw unreadable("certificateChain", file, e);
    }
  }

  private static IllegalArgumentException unreadable(String name, Path file, Exception cause) {
    return new IllegalArgumentException(
        name + " must be a readable PEM file, was " + file + ": " + RateLimitedLog.describe(cause),
        cause);
  }

  private static PrivateKey key(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw unreadable("privateKey", file, e);
    }
    Matcher matcher = PRIVATE_KEY.matcher(text);
    if (matcher.find()) {
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
      for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
        try {
          return KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
          // The key is of another type: try the next algorithm.
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
      }
    }
    throw new IllegalArgumentException(
        "privateKey must be an unencrypted PKCS#8 key (BEGIN PRIVATE KEY), was "
            + file
            + ", which contains none. Convert it: openssl pkcs8 -topk8 -nocrypt -in "
            + file
            + " -out key.pem");
  }

  /**
   * Returns whether the key belongs to the certificate. The key store accepts any pair, and the
   * handshake would fail later without a reason.
   */
  private static boolean belong(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] sample = new byte[32];
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(sample);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(sample);
    return signature.verify(signed);
  }
}
