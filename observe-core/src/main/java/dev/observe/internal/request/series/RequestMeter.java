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
 * What is measured of one request beside its duration, told by the adapter as it happens.
 *
 * <p>Each method may be called by any thread; the request is served by one at a time.
 */
public final class RequestMeter {
  /** What is not known is not recorded: a false type is worse than none. */
  private static final long UNKNOWN = -1;

  /** Who made the body that the client got. */
  private enum Author {
    APPLICATION,
    /** The container, by a page of its own that went past us. */
    CONTAINER,
    /** The application again, by a page for the container's error. */
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

  /** Whether the adapter is to tell what is read of the request's body. */
  public boolean countsRequest() {
    return chosen.contains(MeasurementType.REQUEST_BODY_SIZE);
  }

  /** Whether the adapter is to tell what is written of the response's body. */
  public boolean countsResponse() {
    return chosen.contains(MeasurementType.RESPONSE_BODY_SIZE);
  }

  /** Whether the adapter is to tell when the response begins to be sent. */
  public boolean timesFirstByte() {
    return chosen.contains(MeasurementType.TIME_TO_FIRST_BYTE);
  }

  /** Notes bytes of the request's body that the application has read. */
  public void read(long bytes) {
    read.addAndGet(bytes);
  }

  /** Notes what the request says of the length of its body, negative for nothing. */
  public void requestLength(long bytes) {
    declaredRequest = bytes;
  }

  /** Notes that the container has read the whole body for the application, as a form. */
  public void parsedByContainer() {
    parsed = true;
  }

  /** Notes that the application has read the whole body as text. */
  public void readToTheEnd() {
    readToTheEnd = true;
  }

  /** Gives up counting what is read: then it is not recorded. */
  public void loseRequestCount() {
    lost = true;
  }

  /** Notes bytes of the response's body that the application has written. */
  public void written(long bytes) {
    written.addAndGet(bytes);
  }

  /** Notes what the response says of the length of its body, negative for nothing. */
  public void responseLength(long bytes) {
    declaredResponse = bytes;
  }

  /** Notes that the application has taken back what it had written. */
  public void startOver() {
    written.set(0);
  }

  /** Notes that the container makes the body from now on, past the adapter. */
  public void containerAnswers() {
    author = Author.CONTAINER;
  }

  /** Notes that a page of the application makes the body for the container. */
  public void errorPageAnswers() {
    author = Author.ERROR_PAGE;
    written.set(0);
  }

  /** Notes that the container answers unless the application does so now. */
  public void timedOut() {
    timedOut = true;
  }

  /** Whether the time of the first byte is wanted and not known yet. */
  public boolean awaitsFirstByte() {
    return !firstByteSeen && timesFirstByte();
  }

  /** Returns the clock's reading, for {@link #firstByte}. */
  public long nanos() {
    return nanoClock.getAsLong();
  }

  /** Notes when the response began to be sent; the first call counts. */
  public void firstByte(long atNanos) {
    if (!firstByteSeen) {
      firstByteNanos = atNanos;
      firstByteSeen = true;
    }
  }

  /**
   * Begins to count what this thread costs.
   *
   * @return whether it did, so that {@link #leaveThread} is to be called: not within itself
   */
  public boolean enterThread() {
    return cost != null && cost.enter();
  }

  /** Ends what {@link #enterThread} began, on the same thread. */
  public void leaveThread() {
    if (cost != null) {
      cost.leave();
    }
  }

  /**
   * Decides what is recorded of a request that has ended.
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
      // Not begun when the application was done: what is in the buffer goes out now.
      timeToFirstByte = firstByteSeen ? firstByteNanos - startNanos : durationNanos;
    }
  }

  private long requestSize() {
    if (lost || (parsed && read.get() == 0)) {
      // What was sent in chunks nobody but the container knows.
      return declaredRequest;
    }
    // Text is counted by encoding it again, which is not exact where it was not well-formed.
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
    // Nothing through us, but announced: sent from a file by the container.
    return declared >= 0 && (counted == 0 || counted > declared) ? declared : counted;
  }

  /** Whether a response ends with its head, whatever the application wrote. */
  private static boolean hasNoBody(int status) {
    return status < 200 || status == 204 || status == 205 || status == 304;
  }

  /** Returns what was measured, in bytes or nanoseconds, or a negative number for not known. */
  long measured(MeasurementType type) {
    if (!chosen.contains(type)) {
      // Of two filters on a request the outer decides; the inner one may want more.
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
