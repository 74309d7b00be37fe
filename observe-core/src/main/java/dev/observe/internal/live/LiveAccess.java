/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The token in the printed address and the cookie that it is exchanged for: two random numbers of
 * 256 bits that last as long as the page.
 *
 * <p>Safe for use by any number of threads.
 */
final class LiveAccess {
  /** After this many wrong tokens in a minute, none is accepted until the minute is over. */
  static final int MAX_WRONG = 20;

  private static final int BYTES = 32;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final String token = random(BYTES);
  private final String session = random(BYTES);

  /** Browsers do not separate cookies by port, so each page has a name of its own. */
  private final String cookie = "observe_live_" + random(4);

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private long minuteStart;
  private int wrong;

  LiveAccess(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.minuteStart = nanoClock.getAsLong();
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  String token() {
    return token;
  }

  /** The answer to a token. */
  enum Answer {
    RIGHT,
    WRONG,
    TOO_MANY
  }

  Answer check(String given) {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      if (now - minuteStart >= MINUTE_NANOS) {
        minuteStart = now;
        wrong = 0;
      }
      if (wrong >= MAX_WRONG) {
        return Answer.TOO_MANY;
      }
      if (equal(token, given)) {
        return Answer.RIGHT;
      }
      wrong++;
      return Answer.WRONG;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the value of the header that sets the cookie. */
  String setCookie(String path, boolean secure) {
    return cookie
        + "="
        + session
        + "; Path="
        + path
        + "; HttpOnly; SameSite=Strict"
        + (secure ? "; Secure" : "");
  }

  /** Returns whether a request has the cookie. */
  boolean hasCookie(PrometheusHttpRequest request) {
    for (String header : Collections.list(request.getHeaders("Cookie"))) {
      for (String pair : header.split(";", -1)) {
        String trimmed = pair.trim();
        if (trimmed.startsWith(cookie + "=")
            && equal(session, trimmed.substring(cookie.length() + 1))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Compares in constant time. */
  private static boolean equal(String secret, String given) {
    return MessageDigest.isEqual(
        secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
