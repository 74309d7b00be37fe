/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Logs that this jar does not work in a container with {@code javax.servlet}, which ignores {@link
 * ObserveInitializer}. The build rewrites this class in the jar to implement the interface of that
 * package, by which such a container finds it; other containers never load it.
 */
public final class JavaxInitializer implements ServletContainerInitializer {
  /** Creates the instance of the container. */
  public JavaxInitializer() {}

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext application) {
    System.getLogger(JavaxInitializer.class.getName())
        .log(
            Level.WARNING,
            "Requests are not measured: this container has javax.servlet, and this jar of"
                + " observe-servlet is for Jakarta EE 9 and later. Replace it by the jar with the"
                + " classifier 'javax'.");
  }
}
