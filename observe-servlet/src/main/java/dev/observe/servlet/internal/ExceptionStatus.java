/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;

/** The status with which a container responds to an exception of the application. */
final class ExceptionStatus {
  private ExceptionStatus() {}

  static int of(Throwable failure, Container container) {
    if (failure instanceof UnavailableException unavailable) {
      return unavailable.isPermanent()
          ? HttpServletResponse.SC_NOT_FOUND
          : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
    }
    int named = container.statusNamedBy(failure);
    return named != 0 ? named : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
  }

  /** Returns whether the client caused the failure, so that the server did not fail. */
  static boolean isBadRequest(Throwable failure, Container container) {
    int named = container.statusNamedBy(failure);
    return named >= 400 && named < 500;
  }
}
