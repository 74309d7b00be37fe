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
 * Prints finished traces as indented trees, for people who learn, develop or debug without a
 * collector: the trace id, then for every span its service, duration, name and outcome.
 *
 * <p>The spans of a trace may come in several calls and from several services of the process: give
 * one exporter to all of them, and a trace that crosses them is one tree. A tree is printed 250 ms
 * after the root of the trace has ended; a part whose caller is in another process after 1 s; a
 * part whose parent has not ended after 30 s; everything at once on {@link #flush()} and {@link
 * #shutdown()}. Spans that come later are printed on their own, under the same trace id. At most
 * 1,000 spans wait; beyond that the oldest trace is printed as far as it is known.
 *
 * <p>Thread-safe. Its one thread is a daemon and lives only while spans wait.
 *
 * @since 0.1
 */
public final class ConsoleSpanExporter implements SpanExporter {
  private static final long CHECK_MILLIS = 50;

  private final PrintStream out;
  private final TraceText text;
  private final LongSupplier nanoClock;
  private final ScheduledThreadPoolExecutor timer;

  /** Guards the two fields below; never held while printing, which can block. */
  private final Object lock = new Object();

  private final TraceAssembler assembler = new TraceAssembler();
  private @Nullable Future<?> nextCheck;

  ConsoleSpanExporter(PrintStream out, TraceText text, LongSupplier nanoClock) {
    this.out = out;
    this.text = text;
    this.nanoClock = nanoClock;
    timer = new ScheduledThreadPoolExecutor(1, ConsoleSpanExporter::newThread);
    // The thread goes when there is nothing to wait for: nobody has to close a console.
    timer.setKeepAliveTime(1, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /**
   * Prints to {@link System#out}, in colour if that is a terminal and the environment variable
   * {@code NO_COLOR} is not set.
   */
  public static ConsoleSpanExporter create() {
    boolean colour = isTerminal() && System.getenv("NO_COLOR") == null;
    return new ConsoleSpanExporter(
        System.out, new TraceText(colour, standardOutputMicros()), System::nanoTime);
  }

  /**
   * Prints to a stream, which stays open.
   *
   * @param out where the text goes; it must be able to write the sign {@code µ}
   * @param colour whether to mark errors with the colours of ANSI terminals
   */
  public static ConsoleSpanExporter create(PrintStream out, boolean colour) {
    return new ConsoleSpanExporter(
        requireNonNull(out, "out"), new TraceText(colour, "µs"), System::nanoTime);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    List<TraceAssembler.Trace> pushedOut = new ArrayList<>();
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      for (SpanData span : spans) {
        pushedOut.addAll(assembler.add(ConsoleSpan.of(span), now));
      }
      scheduleCheck();
    }
    print(pushedOut);
    return CompletableResultCode.ofSuccess();
  }

  /** Prints everything that waits, finished or not. */
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
   * Prints everything that waits. Spans exported after that are still printed, because another
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
    // One call, so that what others print does not come in between.
    out.print(lines);
    out.flush();
  }

  private static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "observe-console");
    thread.setDaemon(true);
    // It ends a second after its last work, when a redeployed application should be gone.
    thread.setContextClassLoader(null);
    return thread;
  }

  // The check knows that a console no longer means a terminal, and so do we.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    // Java 22 to 24 give a console for a pipe too, and Java 17 code cannot ask it: no colour there.
    int java = Runtime.version().feature();
    return (java < 22 || java > 24) && System.console() != null;
  }

  private static String standardOutputMicros() {
    // Java 19 and later say it; before that it is the default one.
    String encoding = System.getProperty("stdout.encoding");
    Charset charset =
        encoding != null && Charset.isSupported(encoding)
            ? Charset.forName(encoding)
            : Charset.defaultCharset();
    return charset.newEncoder().canEncode('µ') ? "µs" : "us";
  }
}
