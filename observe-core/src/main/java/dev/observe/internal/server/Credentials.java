/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Who may read the endpoint: a user by password, a bearer of a token, either, or everybody.
 *
 * <p>Keeps digests only. Comparing digests of equal length in constant time also hides the length
 * of the secret.
 */
final class Credentials {
  private final List<byte[]> basicDigests = new ArrayList<>();
  private final List<byte[]> bearerDigests = new ArrayList<>();

  void basic(String user, String password) {
    basicDigests.clear();
    basicDigests.add(digest((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  void bearer(String token) {
    bearerDigests.clear();
    bearerDigests.add(digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  /** A builder used again must not change who may read an endpoint that runs. */
  Credentials copy() {
    Credentials copy = new Credentials();
    copy.basicDigests.addAll(basicDigests);
    copy.bearerDigests.addAll(bearerDigests);
    return copy;
  }

  boolean required() {
    return !basicDigests.isEmpty() || !bearerDigests.isEmpty();
  }

  boolean allow(RequestHead request) {
    if (!required()) {
      return true;
    }
    for (String header : Collections.list(request.getHeaders("Authorization"))) {
      int space = header.indexOf(' ');
      if (space > 0) {
        String scheme = header.substring(0, space).toLowerCase(Locale.ROOT);
        String value = header.substring(space + 1).trim();
        if (scheme.equals("basic") && matches(basicDigests, decode(value))) {
          return true;
        }
        byte[] token = value.getBytes(StandardCharsets.ISO_8859_1);
        if (scheme.equals("bearer") && matches(bearerDigests, token)) {
          return true;
        }
      }
    }
    return false;
  }

  List<String> challenges() {
    List<String> challenges = new ArrayList<>();
    if (!basicDigests.isEmpty()) {
      challenges.add("Basic realm=\"metrics\", charset=\"UTF-8\"");
    }
    if (!bearerDigests.isEmpty()) {
      challenges.add("Bearer realm=\"metrics\"");
    }
    return challenges;
  }

  private static boolean matches(List<byte[]> expected, byte[] given) {
    byte[] digest = digest(given);
    return expected.stream().anyMatch(one -> MessageDigest.isEqual(one, digest));
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static byte[] digest(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
