/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that give access to the endpoint: a user with a password, a bearer token, either
 * of both, or none.
 *
 * <p>Keeps digests only. Comparing digests of equal length in constant time also hides the length
 * of the secret.
 */
final class Credentials {
  private final byte @Nullable [] basic;
  private final byte @Nullable [] bearer;

  Credentials(@Nullable String userAndPassword, @Nullable String token) {
    this.basic =
        userAndPassword == null ? null : digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
    this.bearer = token == null ? null : digest(token.getBytes(StandardCharsets.UTF_8));
  }

  boolean required() {
    return basic != null || bearer != null;
  }

  /** Returns the digest of user and password; empty without them. */
  String basicDigest() {
    return hex(basic);
  }

  /** Returns the digest of the token; empty without one. */
  String bearerDigest() {
    return hex(bearer);
  }

  private static String hex(byte @Nullable [] digest) {
    return digest == null ? "" : HexFormat.of().formatHex(digest);
  }

  boolean allow(PrometheusHttpRequest request) {
    if (!required()) {
      return true;
    }
    for (String header : Collections.list(request.getHeaders("Authorization"))) {
      int space = header.indexOf(' ');
      if (space > 0) {
        String scheme = header.substring(0, space).toLowerCase(Locale.ROOT);
        String value = header.substring(space + 1).trim();
        if (scheme.equals("basic") && matches(basic, decode(value))) {
          return true;
        }
        byte[] token = value.getBytes(StandardCharsets.ISO_8859_1);
        if (scheme.equals("bearer") && matches(bearer, token)) {
          return true;
        }
      }
    }
    return false;
  }

  List<String> challenges() {
    List<String> challenges = new ArrayList<>();
    if (basic != null) {
      challenges.add("Basic realm=\"metrics\", charset=\"UTF-8\"");
    }
    if (bearer != null) {
      challenges.add("Bearer realm=\"metrics\"");
    }
    return challenges;
  }

  private static boolean matches(byte @Nullable [] expected, byte[] given) {
    return expected != null && MessageDigest.isEqual(expected, digest(given));
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
