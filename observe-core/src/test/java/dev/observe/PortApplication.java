/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** An application with metrics, which a test starts in a class loader of its own. */
public final class PortApplication implements Supplier<String>, AutoCloseable {
  private final Metrics metrics;

  public PortApplication(String service, int port, Map<String, String> settings) {
    MetricsBuilder builder = Metrics.builder(service).port(port);
    settings.forEach(builder::property);
    metrics = builder.start();
  }

  /** Returns the address of the page. */
  @Override
  public String get() {
    return metrics.uri().toString();
  }

  @Override
  public void close() {
    metrics.close();
  }

  /** Returns a class loader with its own copy of the library and its dependencies. */
  static URLClassLoader newLoader() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  /** Starts an application in another class loader; it has JDK types only. */
  static AutoCloseable start(ClassLoader loader, String service, int port) throws Exception {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(loader);
    try {
      return (AutoCloseable)
          loader
              .loadClass(PortApplication.class.getName())
              .getConstructor(String.class, int.class, Map.class)
              .newInstance(service, port, Map.of());
    } finally {
      current.setContextClassLoader(before);
    }
  }
}
