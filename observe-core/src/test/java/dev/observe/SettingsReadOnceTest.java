/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.client.ObservedHttpClient;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each handle searches for the file of settings once, and its parts share what it found. */
class SettingsReadOnceTest {
  private static final String FILE = "observe.properties";

  @TempDir private Path folder;

  /** Counts the searches for the file, and finds one. */
  private final class CountingLoader extends ClassLoader {
    final AtomicInteger searches = new AtomicInteger();

    CountingLoader(ClassLoader parent) {
      super(parent);
    }

    @Override
    public @Nullable URL getResource(String name) {
      if (!name.equals(FILE)) {
        return super.getResource(name);
      }
      searches.incrementAndGet();
      try {
        Path file = folder.resolve(FILE);
        Files.writeString(file, "name=from-file\notel.traces.exporter=none\nobserve.mdc=false\n");
        return file.toUri().toURL();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private int searches(Supplier<@Nullable AutoCloseable> start) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    CountingLoader loader = new CountingLoader(before);
    thread.setContextClassLoader(loader);
    try (AutoCloseable started = start.get()) {
      return loader.searches.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void tracing_readsTheFileOnce() throws Exception {
    assertThat(searches(() -> Tracing.builder("shop").disableGlobal().start())).isEqualTo(1);
  }

  @Test
  void metrics_readsTheFileOnce() throws Exception {
    assertThat(searches(() -> Metrics.builder("shop").disableGlobal().port(0).start()))
        .isEqualTo(1);
  }

  @Test
  void httpClient_readsTheFileOnce() throws Exception {
    assertThat(
            searches(
                () -> {
                  ObservedHttpClient.wrap(
                      HttpClient.newHttpClient(), OpenTelemetry.noop(), new PrometheusRegistry());
                  return null;
                }))
        .isEqualTo(1);
  }
}
