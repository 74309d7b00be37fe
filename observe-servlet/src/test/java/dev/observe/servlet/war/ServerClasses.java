/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.regex.Pattern;

/** The class loader of a server without the libraries of applications. */
final class ServerClasses extends ClassLoader {
  private static final Pattern HIDDEN =
      Pattern.compile("(META-INF/services/)?(dev.observe|io.opentelemetry|io.prometheus)\\W.*");

  ServerClasses() {
    super(ServerClasses.class.getClassLoader());
  }

  private static boolean isHidden(String name) {
    return HIDDEN.matcher(name).matches() && !name.equals(HelloServlet.class.getName());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (isHidden(name)) {
      throw new ClassNotFoundException(name);
    }
    return super.loadClass(name, resolve);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return isHidden(name) || name.endsWith("ServletContainerInitializer")
        ? Collections.emptyEnumeration()
        : super.getResources(name);
  }
}
