/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.console.ConsoleSpanExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The process of an example: starts several services, makes traffic, and closes all in order.
 *
 * <p>An application with one service needs none of this.
 *
 * @since 0.1
 */
public final class Sample implements AutoCloseable {
  /** With the value {@code any}, every port is a free one. */
  private static final String PORTS = "example.ports";

  private static final int MAX_PORT = 65_535;

  /** The parts to close, the last one first; guarded by this. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final AtomicLong requests = new AtomicLong();
  private final CountDownLatch end = new CountDownLatch(1);
  private final SpanExporter terminal;

  private Sample(SpanExporter terminal) {
    this.terminal = terminal;
  }

  /** A request of the visitors. */
  @FunctionalInterface
  public interface Visit {
    /** Makes the request. */
    void run() throws Exception;
  }

  /**
   * Returns an empty process.
   *
   * @param terminal receives the spans unless a setting names a collector
   */
  public static Sample create(SpanExporter terminal) {
    return new Sample(terminal);
  }

  /**
   * Runs an example until Ctrl-C.
   *
   * @param example starts the services, and returns the text for the terminal
   * @throws InterruptedException if the thread is interrupted
   */
  public static void run(Function<Sample, String> example) throws InterruptedException {
    try (Sample sample = create(ConsoleSpanExporter.create())) {
      Runtime.getRuntime().addShutdownHook(new Thread(sample::close, "example-end"));
      sample.open(() -> System.out.println(sample.requests + " requests made."));
      try {
        System.out.print(example.apply(sample));
      } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
        // An invalid setting or a port in use: the message names the fix.
        System.err.println(e.getMessage());
        System.exit(1);
      }
      System.out.println("Traces " + traces() + "\nCtrl-C ends.");
      sample.end.await();
    }
  }

  /** Returns a client that is not observed: each service observes its own. */
  public HttpClient client() {
    return client;
  }

  /**
   * Sends a request of a visitor, so a trace begins in the service.
   *
   * @param headers names and values in turn
   * @throws IOException if there is no response
   */
  public HttpResponse<String> send(String method, URI uri, String body, String... headers)
      throws IOException {
    requests.incrementAndGet();
    return Http.send(client, method, uri, body, headers);
  }

  /**
   * Returns a builder of a service's tracing, for a process of several services.
   *
   * <p>No service is the global one, and {@link #close()} closes them in order. Without a
   * collector, each trace is printed when it ends.
   */
  public TracingBuilder tracing(String service) {
    TracingBuilder builder = Tracing.builder(service).disableGlobal().disableShutdownHook();
    return Collector.isNamed()
        ? builder
        : builder.exporter("none").addSpanExporter(terminal).simple();
  }

  /**
   * Returns a builder of a service's tracing with the four short keys of a file.
   *
   * <p>The library reads one file for the whole process; this process has several services.
   *
   * @param file the name of a resource
   */
  public TracingBuilder tracing(String service, String file) {
    Properties keys = new Properties();
    try (InputStream in = Sample.class.getResourceAsStream(file)) {
      keys.load(Objects.requireNonNull(in, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String batcher = keys.getProperty("batcher", "otlp");
    TracingBuilder builder = tracing(keys.getProperty("name", service));
    if (!batcher.equals("console")) {
      builder.exporter(batcher);
    }
    return builder
        .endpoint(keys.getProperty("endpoint", "http://localhost:4318"))
        .samplingRatio(Double.parseDouble(keys.getProperty("sampler", "1.0")));
  }

  /** Returns a builder of a service's metrics, for a process of several services. */
  public MetricsBuilder metrics(String service) {
    return Metrics.builder(service).disableGlobal();
  }

  /**
   * Returns a builder of a service's metrics with a port.
   *
   * @param port the port, unless the property {@code SERVICE.metrics.port} names another
   */
  public MetricsBuilder metrics(String service, int port) {
    return metrics(service).port(port(service + ".metrics.port", port));
  }

  /**
   * Starts a web server.
   *
   * @param port the port, unless the property {@code SERVICE.port} names another
   */
  public WebServer web(
      String service, int port, Filter filter, Map<String, ? extends Servlet> servlets) {
    String property = service + ".port";
    return open(WebServer.start(service, port(property, port), property, filter, servlets));
  }

  /** Keeps a part for {@link #close()}, and returns it. */
  public synchronized <T extends AutoCloseable> T open(T part) {
    parts.push(part);
    return part;
  }

  /** Repeats a visit until the end. A visit that fails shows in the traces of the service. */
  @SuppressWarnings("FutureReturnValueIgnored") // A visit catches all it throws.
  public void visit(int perSecond, Visit visit) {
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Sample::daemon);
    open(() -> stop(thread));
    thread.scheduleAtFixedRate(
        () -> attempt(visit), 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
  }

  /** Returns a thread of the visitors, which does not keep the process running. */
  public static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "visitors");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns where the traces go, as the end of a sentence. */
  public static String traces() {
    return Collector.name()
        .map(name -> "go to the collector of " + name + ".")
        .orElse("follow here.");
  }

  /** Returns the port that a system property names. */
  public static int port(String property, int standard) {
    String ports = System.getProperty(PORTS, "").strip();
    return number(property, ports.equals("any") ? 0 : standard, 0, MAX_PORT);
  }

  /**
   * Returns the number in a system property.
   *
   * @throws IllegalArgumentException if the property is not a number in the range
   */
  public static int number(String property, int standard, int min, int max) {
    String value = System.getProperty(property, "").strip();
    if (value.isEmpty()) {
      return standard;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers that are out of range.
    }
    throw new IllegalArgumentException(
        "%s must be a number from %d to %d, was %s".formatted(property, min, max, value));
  }

  /** Closes the parts, the last one first; waits if another thread is closing them. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("while closing the example: " + e);
      }
    }
    end.countDown();
  }

  private static void attempt(Visit visit) {
    try {
      visit.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // The traces and metrics of the service show this failure.
    }
  }

  /** Lets the current visit end, so that its trace is whole. */
  private static void stop(ScheduledExecutorService thread) throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
      thread.shutdownNow();
    }
  }
}
