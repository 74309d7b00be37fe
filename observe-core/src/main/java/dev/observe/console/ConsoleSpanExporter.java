/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prints finished traces as indented trees, for development without a collector: the trace id, then
 * the service, duration, name and outcome of every span.
 *
 * <p>The spans of a trace may arrive in several calls and from several services of the process. If
 * these share one exporter, a trace that crosses them is one tree. A tree is printed 250 ms after
 * the root of the trace has ended; a part with its caller in another process after 1 s; a part with
 * an unfinished parent after 30 s; all waiting parts on {@link #flush()} and {@link #shutdown()}.
 * Later spans are printed separately, under the same trace id. At most 1,000 spans wait; at the
 * limit the oldest trace is printed with the spans that have arrived.
 *
 * <p>Thread-safe. Its one thread is a daemon and runs only while spans wait.
 *
 * @since 0.1
 */
public final class ConsoleSpanExporter implements SpanExporter {
  private static final long CHECK_MILLIS = 50;

  private final PrintStream out;
  private final TraceText text;
  private final LongSupplier nanoClock;
  private final ScheduledThreadPoolExecutor timer;

  /** Guards the two fields below; not held while printing, which can block. */
  private final Object lock = new Object();

  private final TraceAssembler assembler = new TraceAssembler();
  private @Nullable Future<?> nextCheck;

  ConsoleSpanExporter(PrintStream out, TraceText text, LongSupplier nanoClock) {
    this.out = out;
    this.text = text;
    this.nanoClock = nanoClock;
    timer = new ScheduledThreadPoolExecutor(1, ConsoleSpanExporter::newThread);
    // The thread ends when no span waits, so the exporter needs no close.
    timer.setKeepAliveTime(1, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /**
   * Returns an exporter to {@link System#out}, with colours if that is a terminal and the
   * environment variable {@code NO_COLOR} is not set.
   */
  public static ConsoleSpanExporter create() {
    boolean colour = isTerminal() && System.getenv("NO_COLOR") == null;
    return new ConsoleSpanExporter(
        System.out, new TraceText(colour, standardOutputMicros()), System::nanoTime);
  }

  /**
   * Returns an exporter to a stream, which stays open.
   *
   * @param out must be able to encode the character {@code µ}
   * @param colour whether to use the colours of ANSI terminals
   */
  public static ConsoleSpanExporter create(PrintStream out, boolean colour) {
    return new ConsoleSpanExporter(
        requireNonNull(out, "out"), new TraceText(colour, "µs"), System::nanoTime);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    List<TraceAssembler.Trace> evicted = new ArrayList<>();
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      for (SpanData span : spans) {
        evicted.addAll(assembler.add(ConsoleSpan.of(span), now));
      }
      scheduleCheck();
    }
    print(evicted);
    return CompletableResultCode.ofSuccess();
  }

  /** Prints all waiting spans, also of unfinished traces. */
  @Override
  public CompletableResultCode flush() {
    List<TraceAssembler.Trace> all;
    synchronized (lock) {
      all = assembler.drain();
    }
    print(all);
    return out.checkError() ? CompletableResultCode.ofFailure() : CompletableResultCode.ofSuccess();
  }

  /**
   * Prints all waiting spans. Spans that are exported later are still printed, because another
   * service of the process may share this exporter and end later.
   */
  @Override
  public CompletableResultCode shutdown() {
    return flush();
  }

  @Override
  public String toString() {
    return "ConsoleSpanExporter";
  }

  private void scheduleCheck() {
    if (nextCheck == null && !assembler.isEmpty()) {
      nextCheck = timer.schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void check() {
    List<TraceAssembler.Trace> due;
    synchronized (lock) {
      due = assembler.due(nanoClock.getAsLong());
      nextCheck = null;
      scheduleCheck();
    }
    print(due);
  }

  private void print(List<TraceAssembler.Trace> traces) {
    if (traces.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    traces.forEach(trace -> lines.append(text.of(trace)));
    // One call, so that the output of other threads does not interleave.
    out.print(lines);
    out.flush();
  }

  private static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "observe-console");
    thread.setDaemon(true);
    // It outlives its last work by a second, and must not keep a redeployed application loaded.
    thread.setContextClassLoader(null);
    return thread;
  }

  // A console is not always a terminal since Java 22, which the method handles.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    // Java 22 to 24 have a console for a pipe too, and Java 17 code cannot detect that: no colours.
    int java = Runtime.version().feature();
    return (java < 22 || java > 24) && System.console() != null;
  }

  private static String standardOutputMicros() {
    // Java 19 and later have the property; older versions use the default charset.
    String encoding = System.getProperty("stdout.encoding");
    Charset charset =
        encoding != null && Charset.isSupported(encoding)
            ? Charset.forName(encoding)
            : Charset.defaultCharset();
    return charset.newEncoder().canEncode('µ') ? "µs" : "us";
  }
}
