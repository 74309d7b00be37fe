/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.util.FatalErrors;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The other applications of this JVM that own a port, and the request to serve the pages of this
 * one.
 *
 * <p>Safe for use by any number of threads.
 */
final class PortOwners {
  private final EndpointOptions options;
  private final ApplicationPages pages;

  /**
   * An owner that serves the pages.
   *
   * @param owner its thread, which ends with the ownership
   * @param name the name of this application in paths
   * @param service the name of the owner's application
   * @param leave removes the pages from the port
   */
  record Joined(Thread owner, String name, String service, Runnable leave) {}

  PortOwners(EndpointOptions options, ApplicationPages pages) {
    this.options = options;
    this.pages = pages;
  }

  /** Returns whether an application of this JVM owns the port, or is about to. */
  boolean exist() {
    return !AcceptorThread.find(options.port()).isEmpty();
  }

  /**
   * Asks each owner to serve the pages, and returns the one that does, or null.
   *
   * @param name the wanted name in paths
   * @throws UncheckedIOException with a {@link RefusedException} if an owner refuses
   */
  @Nullable Joined join(String name) {
    RefusedException refused = null;
    for (Thread owner : AcceptorThread.find(options.port())) {
      Map<String, Object> answer = ask(owner, name);
      if (answer.isEmpty()) {
        continue;
      }
      if (!PortProtocol.isRefused(answer)) {
        return new Joined(
            owner,
            PortProtocol.name(answer),
            PortProtocol.service(answer),
            PortProtocol.leave(answer));
      }
      refused = new RefusedException(refusal(answer), owner);
    }
    if (refused != null) {
      throw new UncheckedIOException(refused.getMessage(), refused);
    }
    return null;
  }

  private Map<String, Object> ask(Thread owner, String name) {
    try {
      return AcceptorThread.join(owner, PortProtocol.request(name, options.access(), pages));
    } catch (RuntimeException | LinkageError e) {
      FatalErrors.rethrow(e);
      // Not a version of this library, or one that is being unloaded.
      return Map.of();
    }
  }

  private String refusal(Map<String, Object> answer) {
    return "Cannot serve metrics on "
        + options.authority(options.port())
        + ": service '"
        + PortProtocol.service(answer)
        + "' of this JVM serves this port "
        + PortProtocol.reason(answer)
        + ". Give service '"
        + pages.service()
        + "' the same, or choose another port with port(...) or OTEL_EXPORTER_PROMETHEUS_PORT.";
  }

  /** The owner of the port does not serve the pages of this application. */
  static final class RefusedException extends BindException {
    private static final long serialVersionUID = 1L;

    private final transient Thread owner;

    RefusedException(String message, Thread owner) {
      super(message);
      this.owner = owner;
    }

    Thread owner() {
      return Objects.requireNonNull(owner);
    }
  }
}
