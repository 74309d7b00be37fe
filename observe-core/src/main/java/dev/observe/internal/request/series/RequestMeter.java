/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of one request in addition to its duration, reported by the adapter.
 *
 * <p>Any thread may call a method, but one thread at a time serves the request.
 */
public final class RequestMeter {
  /** Unknown values are not recorded: a wrong measurement is worse than none. */
  private static final long UNKNOWN = -1;

  /** The author of the body that the client received. */
  private enum Author {
    APPLICATION,
    /** The container, by its own error page, which the adapter does not see. */
    CONTAINER,
    /** The application, by its page for the container's error. */
    ERROR_PAGE
  }

  private final Set<MeasurementType> chosen;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final @Nullable ThreadCost cost;

  private final AtomicLong read = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private volatile long declaredRequest = UNKNOWN;
  private volatile long declaredResponse = UNKNOWN;
  private volatile boolean parsed;
  private volatile boolean lost;
  private volatile boolean readToTheEnd;
  private volatile boolean timedOut;
  private volatile Author author = Author.APPLICATION;
  private volatile boolean firstByteSeen;
  private volatile long firstByteNanos;

  private long requestSize = UNKNOWN;
  private long responseSize = UNKNOWN;
  private long timeToFirstByte = UNKNOWN;

  RequestMeter(Set<MeasurementType> chosen, LongSupplier nanoClock, long startNanos) {
    this.chosen = chosen;
    this.nanoClock = nanoClock;
    this.startNanos = startNanos;
    boolean cpu = chosen.contains(MeasurementType.CPU_TIME);
    boolean heap = chosen.contains(MeasurementType.ALLOCATED_MEMORY);
    this.cost = cpu || heap ? new ThreadCost(cpu, heap) : null;
  }

  /** Returns whether the adapter counts the bytes read from the request body. */
  public boolean countsRequest() {
    return chosen.contains(MeasurementType.REQUEST_BODY_SIZE);
  }

  /** Returns whether the adapter counts the bytes written to the response body. */
  public boolean countsResponse() {
    return chosen.contains(MeasurementType.RESPONSE_BODY_SIZE);
  }

  /** Returns whether the adapter reports the first byte of the response. */
  public boolean timesFirstByte() {
    return chosen.contains(MeasurementType.TIME_TO_FIRST_BYTE);
  }

  /** Adds bytes of the request body that the application has read. */
  public void read(long bytes) {
    read.addAndGet(bytes);
  }

  /** Sets the declared length of the request body; negative if none is declared. */
  public void requestLength(long bytes) {
    declaredRequest = bytes;
  }

  /** Records that the container has read the whole body as a form. */
  public void parsedByContainer() {
    parsed = true;
  }

  /** Records that the application has read the whole body as text. */
  public void readToTheEnd() {
    readToTheEnd = true;
  }

  /** Stops counting the bytes read; only a declared length is recorded then. */
  public void loseRequestCount() {
    lost = true;
  }

  /** Adds bytes of the response body that the application has written. */
  public void written(long bytes) {
    written.addAndGet(bytes);
  }

  /** Sets the declared length of the response body; negative if none is declared. */
  public void responseLength(long bytes) {
    declaredResponse = bytes;
  }

  /** Resets the bytes written, after the application has reset the response. */
  public void startOver() {
    written.set(0);
  }

  /** Records that the container writes the body from now on, past the adapter. */
  public void containerAnswers() {
    author = Author.CONTAINER;
  }

  /** Records that an error page of the application writes the body. */
  public void errorPageAnswers() {
    author = Author.ERROR_PAGE;
    written.set(0);
  }

  /** Records that the container responds unless the application does so now. */
  public void timedOut() {
    timedOut = true;
  }

  /** Returns whether the time of the first byte is measured and not known yet. */
  public boolean awaitsFirstByte() {
    return !firstByteSeen && timesFirstByte();
  }

  /** Returns the current time for {@link #firstByte}. */
  public long nanos() {
    return nanoClock.getAsLong();
  }

  /** Sets the time of the first byte of the response; the first call counts. */
  public void firstByte(long atNanos) {
    if (!firstByteSeen) {
      firstByteNanos = atNanos;
      firstByteSeen = true;
    }
  }

  /**
   * Starts measuring the current thread.
   *
   * @return whether it started, so that {@link #leaveThread} must be called; false if nested
   */
  public boolean enterThread() {
    return cost != null && cost.enter();
  }

  /** Stops measuring the current thread, after {@link #enterThread} returned true on it. */
  public void leaveThread() {
    if (cost != null) {
      cost.leave();
    }
  }

  /**
   * Computes the sizes and the time to the first byte after the request has ended.
   *
   * @param status the response's status, or 0 if no response was sent
   * @param head whether the method is HEAD
   * @param sentLength the length that the container sent, or a negative number if it is unknown
   * @param failed whether the application threw an exception
   */
  public void end(int status, boolean head, long sentLength, boolean failed, long durationNanos) {
    requestSize = requestSize();
    responseSize = responseSize(status, head, sentLength, failed);
    if (status != 0) {
      // Without a first byte so far, the container sends its buffer now.
      timeToFirstByte = firstByteSeen ? firstByteNanos - startNanos : durationNanos;
    }
  }

  private long requestSize() {
    if (lost || (parsed && read.get() == 0)) {
      // Only the container knows the length of a chunked body.
      return declaredRequest;
    }
    // Text is counted by encoding it again, which is inexact for malformed input.
    return readToTheEnd && declaredRequest >= 0 ? declaredRequest : read.get();
  }

  private long responseSize(int status, boolean head, long sent, boolean failed) {
    if (status == 0) {
      return UNKNOWN;
    }
    if (head || hasNoBody(status)) {
      return 0;
    }
    long counted = written.get();
    boolean pastUs =
        author == Author.CONTAINER
            || (author == Author.APPLICATION && failed && status >= 500)
            || (timedOut && counted == 0);
    if (pastUs) {
      return sent;
    }
    long declared = sent >= 0 ? sent : declaredResponse;
    // Declared but not written through the adapter: sent from a file by the container.
    return declared >= 0 && (counted == 0 || counted > declared) ? declared : counted;
  }

  /** Returns whether a response with this status never has a body. */
  private static boolean hasNoBody(int status) {
    return status < 200 || status == 204 || status == 205 || status == 304;
  }

  /** Returns the value in bytes or nanoseconds, or a negative number if it is unknown. */
  long measured(MeasurementType type) {
    if (!chosen.contains(type)) {
      // The outer of two filters chooses the measurements; the inner may record more of them.
      return UNKNOWN;
    }
    return switch (type) {
      case REQUEST_BODY_SIZE -> requestSize;
      case RESPONSE_BODY_SIZE -> responseSize;
      case TIME_TO_FIRST_BYTE -> timeToFirstByte;
      case CPU_TIME -> cost == null ? UNKNOWN : cost.cpuNanos();
      case ALLOCATED_MEMORY -> cost == null ? UNKNOWN : cost.allocatedBytes();
    };
  }
}
