/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * The servlet containers, with every difference between them that a measurement depends on.
 *
 * <p>Decided once for an application. observe depends on no container, so names of classes and
 * texts of messages are all that it can compare; no other class of observe compares them.
 *
 * <p>Three differences need no method here, because one way suits all containers: Undertow reports
 * the servlet mapping of the last dispatch, so the first mapping is kept; Undertow writes an error
 * page within {@code sendError}, so a count is given up before the call; Jetty calls {@link
 * RequestEndListener} before the error page.
 */
public enum Container {
  JETTY("org.eclipse.jetty.", "jetty/"),
  TOMCAT("org.apache.catalina.", "Apache Tomcat"),
  UNDERTOW("io.undertow.", "Undertow"),
  /** Any other container; it is expected to do what the specification says and no more. */
  OTHER("", "");

  private final String packages;
  private final String serverInfo;

  Container(String packages, String serverInfo) {
    this.packages = packages;
    this.serverInfo = serverInfo;
  }

  /** Returns the container of an application. */
  static Container of(ServletContext application) {
    String type = application.getClass().getName();
    for (Container known : values()) {
      if (known != OTHER && type.startsWith(known.packages)) {
        return known;
      }
    }
    return byServerInfo(application);
  }

  /** For an application that sees a wrapper around the container's context, as in OSGi. */
  private static Container byServerInfo(ServletContext application) {
    try {
      String info = String.valueOf(application.getServerInfo());
      for (Container known : values()) {
        if (known != OTHER && info.startsWith(known.serverInfo)) {
          return known;
        }
      }
    } catch (RuntimeException e) {
      // A wrapper that does not implement the method.
    }
    return OTHER;
  }

  /**
   * Returns this if the container made a stream or a writer, or {@link #OTHER} if a wrapper of the
   * application did, which has none of the differences below.
   */
  public Container makerOf(Object streamOrWriter) {
    return streamOrWriter.getClass().getName().startsWith(packages) ? this : OTHER;
  }

  /** Returns the line end of the response's writer: CRLF in Undertow, else the platform's. */
  public String lineEnd() {
    return this == UNDERTOW ? "\r\n" : System.lineSeparator();
  }

  /**
   * Returns whether the response's writer formats numbers by the response's locale when it is given
   * none. Jetty does; the others use the JVM's locale.
   */
  public boolean formatsByResponseLocale() {
    return this == JETTY;
  }

  /**
   * Returns whether the response's writer encodes each {@code char} as one byte in ISO-8859-1.
   * Jetty does; the others replace both halves of a surrogate pair by one byte.
   */
  public boolean encodesLatin1ByChar() {
    return this == JETTY;
  }

  /**
   * Returns whether {@code print} of the response's stream encodes in the response's charset. Jetty
   * does; the others write one byte for each character, as the specification says.
   */
  public boolean printsInResponseCharset() {
    return this == JETTY;
  }

  /**
   * Returns whether {@code onComplete} follows an {@code onError} that no listener handled. In
   * Tomcat it does not, and from an unknown container it is not expected: a wrong status is better
   * than a request that stays active for ever.
   */
  boolean completesAfterError() {
    return this == JETTY || this == UNDERTOW;
  }

  /**
   * Returns whether the container wrapped the cause of a failure. Undertow wraps the failures of a
   * forward or an include, Tomcat those of an asynchronous dispatch, in a {@code RuntimeException}
   * that it creates itself.
   */
  boolean wrapped(Throwable failure) {
    if ((this != UNDERTOW && this != TOMCAT) || failure.getClass() != RuntimeException.class) {
      return false;
    }
    StackTraceElement[] frames = failure.getStackTrace();
    return frames.length > 0 && frames[0].getClassName().startsWith(packages);
  }

  /**
   * Returns whether the container itself registered a servlet that has no mapping of the
   * application's. It serves files and responds 404, which is no route. Jetty's embedded one has
   * the name of its class.
   */
  boolean isOwnServlet(@Nullable String servletName) {
    return servletName == null
        || servletName.equals("default")
        || (this == JETTY && servletName.startsWith(packages));
  }

  /**
   * Returns the status that a failure of the container's own names, or 0. Jetty and Tomcat 11 throw
   * such failures into an application that reads a malformed parameter, and respond with the
   * status: a scanner must not be able to add to the 5xx.
   */
  int statusNamedBy(Throwable failure) {
    if (this != JETTY && this != TOMCAT) {
      return 0;
    }
    String type = failure.getClass().getName();
    if (this == TOMCAT) {
      return type.equals("org.apache.tomcat.util.http.InvalidParameterException")
          ? HttpServletResponse.SC_BAD_REQUEST
          : 0;
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
