/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.UnavailableException;
import org.eclipse.jetty.http.HttpException;
import org.junit.jupiter.api.Test;

class ExceptionStatusTest {
  @Test
  void of_anyException_is500() {
    Exception failure = new IllegalStateException("404: that is not what it means");

    assertThat(ExceptionStatus.of(failure)).isEqualTo(500);
    assertThat(ExceptionStatus.isBadRequest(failure)).isFalse();
  }

  @Test
  void of_unavailableException_is503OrForEver404() {
    assertThat(ExceptionStatus.of(new UnavailableException("later", 5))).isEqualTo(503);
    assertThat(ExceptionStatus.of(new UnavailableException("never"))).isEqualTo(404);
  }

  /** Must hold for the Jetty that the build uses: the status is read from its message. */
  @Test
  void of_jettysBadMessage_isItsStatus() {
    RuntimeException failure = new HttpException.RuntimeException(431, "too large");

    assertThat(ExceptionStatus.of(failure)).isEqualTo(431);
    assertThat(ExceptionStatus.isBadRequest(failure)).isTrue();
  }
}
