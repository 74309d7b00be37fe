/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;

/** The status that a container answers with when the application throws and says nothing else. */
final class ExceptionStatus {
  private ExceptionStatus() {}

  static int of(Throwable failure) {
    if (failure instanceof UnavailableException unavailable) {
      return unavailable.isPermanent()
          ? HttpServletResponse.SC_NOT_FOUND
          : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
    }
    int named = named(failure);
    return named != 0 ? named : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
  }

  /** Whether it tells of a fault of the client's, which is no failure of the server's. */
  static boolean isBadRequest(Throwable failure) {
    int named = named(failure);
    return named >= 400 && named < 500;
  }

  /**
   * Containers throw exceptions of their own at whoever asks for a parameter that cannot be read,
   * for example, and answer with the status in them: a scanner must not be able to fill the 5xx. We
   * depend on none of them, so the name and the message are all that there is to see.
   */
  private static int named(Throwable failure) {
    String type = failure.getClass().getName();
    if (type.equals("org.apache.tomcat.util.http.InvalidParameterException")) {
      return HttpServletResponse.SC_BAD_REQUEST;
    }
    String message = failure.getMessage();
    return message != null && type.startsWith("org.eclipse.jetty.http.")
        ? statusAtStart(message)
        : 0;
  }

  private static int statusAtStart(String message) {
    if (message.length() < 4 || message.charAt(3) != ':') {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      char digit = message.charAt(i);
      if (digit < '0' || digit > '9') {
        return 0;
      }
      status = status * 10 + digit - '0';
    }
    return status >= 400 && status <= 599 ? status : 0;
  }
}
