/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final SendOutcome.Unavailable REFUSED =
      new SendOutcome.Unavailable("connection refused", 0, false);
  private static final SendOutcome.Unavailable TIMED_OUT =
      new SendOutcome.Unavailable("no reply in time", 0, true);

  @Test
  void nextNanos_repeated_growsToTheLimit() {
    Backoff backoff = new Backoff(() -> 0.5);

    assertThat(millis(backoff, REFUSED)).isEqualTo(1_000);
    assertThat(millis(backoff, REFUSED)).isEqualTo(1_600);
    assertThat(millis(backoff, REFUSED)).isEqualTo(2_560);
    assertThat(millis(backoff, REFUSED)).isEqualTo(4_000);
    assertThat(millis(backoff, REFUSED)).isEqualTo(4_000);
    backoff.reset();
    assertThat(millis(backoff, REFUSED)).isEqualTo(1_000);
  }

  @Test
  void nextNanos_randomNumber_addsJitter() {
    assertThat(millis(new Backoff(() -> 0.0), REFUSED)).isEqualTo(800);
    assertThat(millis(new Backoff(() -> 1.0), REFUSED)).isEqualTo(1_200);
  }

  @Test
  void nextNanos_afterTimeout_isShort() {
    assertThat(millis(new Backoff(() -> 0.5), TIMED_OUT)).isEqualTo(250);
  }

  @Test
  void nextNanos_retryAfter_isNeverShortened() {
    SendOutcome.Unavailable requested =
        new SendOutcome.Unavailable("HTTP 429", TimeUnit.SECONDS.toNanos(7), false);

    assertThat(millis(new Backoff(() -> 0.0), requested)).isEqualTo(7_000);
    assertThat(millis(new Backoff(() -> 1.0), requested)).isEqualTo(7_400);
    assertThat(new Backoff(() -> 0.0).nextNanos(requested, true)).isEqualTo(7_000_000_000L);
  }

  @Test
  void nextNanos_closing_isShort() {
    assertThat(new Backoff(() -> 0.5).nextNanos(REFUSED, true)).isEqualTo(250_000_000L);
  }

  private static long millis(Backoff backoff, SendOutcome.Unavailable outcome) {
    return TimeUnit.NANOSECONDS.toMillis(backoff.nextNanos(outcome, false));
  }
}
