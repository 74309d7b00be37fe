/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void nanos_seconds() {
    assertThat(RetryAfter.nanos("7", NOW)).isEqualTo(TimeUnit.SECONDS.toNanos(7));
    assertThat(RetryAfter.nanos(" 7 ", NOW)).isEqualTo(TimeUnit.SECONDS.toNanos(7));
    assertThat(RetryAfter.nanos("0", NOW)).isZero();
  }

  @Test
  void nanos_date() {
    assertThat(RetryAfter.nanos("Sun, 1 Mar 2026 12:00:09 GMT", NOW))
        .isEqualTo(TimeUnit.SECONDS.toNanos(9));
    assertThat(RetryAfter.nanos("Sun, 1 Mar 2026 11:00:00 GMT", NOW)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"61", "86400", "999999999999999999999", "Fri, 1 Jan 2100 00:00:00 GMT"})
  void nanos_tooLong_isLimited(String header) {
    assertThat(RetryAfter.nanos(header, NOW)).isEqualTo(TimeUnit.SECONDS.toNanos(60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-5", "+5", "1.5", "soon", "\u0667", "Sun, 99 Mar 2026", "5 s"})
  void nanos_malformed_isNone(String header) {
    assertThat(RetryAfter.nanos(header, NOW)).isZero();
  }
}
