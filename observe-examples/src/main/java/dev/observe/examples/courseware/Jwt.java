/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and checks JSON Web Tokens with HMAC-SHA256; both APIs share the key. */
final class Jwt {
  private static final Duration VALID = Duration.ofMinutes(10);
  private static final String BEARER = "Bearer ";
  private static final Pattern CLAIMS = Pattern.compile("\\{\"sub\":\"(\\w+)\",\"exp\":(\\d+)\\}");

  private final byte[] key = new byte[32];

  Jwt() {
    new SecureRandom().nextBytes(key);
  }

  /** Returns a token for the user. */
  String sign(String user) {
    String claims =
        "{\"sub\":\"%s\",\"exp\":%d}".formatted(user, Instant.now().plus(VALID).getEpochSecond());
    String content = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
    return content + "." + base64(mac(content));
  }

  /** Returns the user of the request's token; empty if there is no valid one. */
  Optional<String> user(HttpServletRequest request) {
    String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    String token = header.startsWith(BEARER) ? header.substring(BEARER.length()) : "";
    int signature = token.lastIndexOf('.');
    int claims = token.indexOf('.');
    if (signature <= claims
        || !MessageDigest.isEqual(
            base64(mac(token.substring(0, signature))).getBytes(StandardCharsets.UTF_8),
            token.substring(signature + 1).getBytes(StandardCharsets.UTF_8))) {
      return Optional.empty();
    }
    Matcher matcher =
        CLAIMS.matcher(
            new String(
                Base64.getUrlDecoder().decode(token.substring(claims + 1, signature)),
                StandardCharsets.UTF_8));
    return matcher.matches() && Long.parseLong(matcher.group(2)) > Instant.now().getEpochSecond()
        ? Optional.of(matcher.group(1))
        : Optional.empty();
  }

  private byte[] mac(String content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK must have HmacSHA256", e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
