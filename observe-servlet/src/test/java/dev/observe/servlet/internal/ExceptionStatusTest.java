/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.UnavailableException;
import org.eclipse.jetty.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExceptionStatusTest {
  @ParameterizedTest
  @EnumSource
  void of_anyException_is500(Container container) {
    Exception failure = new IllegalStateException("404: not a status");

    assertThat(ExceptionStatus.of(failure, container)).isEqualTo(500);
    assertThat(ExceptionStatus.isBadRequest(failure, container)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void of_unavailableException_is503Or404(Container container) {
    assertThat(ExceptionStatus.of(new UnavailableException("later", 5), container)).isEqualTo(503);
    assertThat(ExceptionStatus.of(new UnavailableException("never"), container)).isEqualTo(404);
  }

  /** Must hold for the Jetty that the build uses: the status is read from its message. */
  @Test
  void of_jettysBadMessage_isItsStatus() {
    RuntimeException failure = new HttpException.RuntimeException(431, "too large");

    assertThat(ExceptionStatus.of(failure, Container.JETTY)).isEqualTo(431);
    assertThat(ExceptionStatus.isBadRequest(failure, Container.JETTY)).isTrue();
    assertThat(ExceptionStatus.of(failure, Container.TOMCAT)).isEqualTo(500);
  }
}
