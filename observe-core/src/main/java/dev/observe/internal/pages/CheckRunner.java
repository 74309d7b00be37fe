/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.HealthCheck;
import dev.observe.internal.pages.HealthChecks.Kind;
import dev.observe.internal.pages.HealthChecks.Result;
import dev.observe.internal.pages.HealthChecks.State;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Timeouts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one check, at most once at a time for any number of callers, with a timeout. A check that
 * hangs forever occupies one thread, and never a second one.
 */
final class CheckRunner {
  private static final Logger LOGGER = System.getLogger(HealthChecks.class.getName());

  final Kind kind;
  final String name;
  private final long timeoutNanos;
  private final HealthCheck check;
  private final LongSupplier nanoClock;
  private final InstantSource wallClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  // The lock guards the fields below.

  /** The thread of the active run, or null. */
  private @Nullable Thread running;

  private long startNanos;
  private @Nullable Result last;
  private long lastNanos;

  CheckRunner(
      Kind kind,
      String name,
      Duration timeout,
      HealthCheck check,
      LongSupplier nanoClock,
      InstantSource wallClock) {
    this.kind = kind;
    this.name = name;
    this.timeoutNanos = Timeouts.nanos(timeout);
    this.check = check;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
  }

  /** Starts a run, unless one is active or the last result is younger than the given age. */
  void start(long maxAgeNanos) {
    lock.lock();
    try {
      if (running == null && (last == null || nanoClock.getAsLong() - lastNanos >= maxAgeNanos)) {
        startNanos = nanoClock.getAsLong();
        Thread thread = new Thread(null, this::run, "observe-check-" + name, 0, false);
        thread.setDaemon(true);
        // A check may look up a name or load a driver, which needs the application's loader.
        thread.setContextClassLoader(check.getClass().getClassLoader());
        running = thread;
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the active run until its timeout, and returns the last result. */
  Result await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (running != null) {
        long left = timeoutNanos - (nanoClock.getAsLong() - startNanos);
        if (left <= 0) {
          timeOut(running);
          break;
        }
        // A short wait, because the clock of a test advances independently of this wait.
        ended.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
      }
      Result result = last;
      return result == null ? result(State.TIMED_OUT, 0) : result;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the result of the last run, or null if none has ended. */
  @Nullable Result last() {
    lock.lock();
    try {
      if (running != null && nanoClock.getAsLong() - startNanos >= timeoutNanos) {
        timeOut(running);
      }
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void timeOut(Thread hanging) {
    Result before = last;
    if (before == null || lastNanos < startNanos) {
      hanging.interrupt();
      logChange(before, State.TIMED_OUT, "after " + Duration.ofNanos(timeoutNanos));
    }
    last = result(State.TIMED_OUT, nanoClock.getAsLong() - startNanos);
    lastNanos = nanoClock.getAsLong();
  }

  private void run() {
    State state = State.DOWN;
    String reason = "a fatal error";
    try {
      check.check();
      state = State.UP;
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      reason = e.toString();
    } finally {
      end(state, reason);
    }
  }

  private void end(State state, String reason) {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      boolean late = now - startNanos >= timeoutNanos;
      if (late) {
        timeOut(Thread.currentThread());
      } else {
        logChange(last, state, reason);
        last = result(state, now - startNanos);
        lastNanos = now;
      }
      running = null;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Result result(State state, long nanos) {
    return new Result(kind, name, state, nanos, wallClock.instant());
  }

  /** Logs a change between up and not up, once per change. */
  private void logChange(@Nullable Result before, State now, String reason) {
    boolean wasUp = before == null || before.state() == State.UP;
    if (wasUp && now != State.UP) {
      LOGGER.log(
          Level.WARNING,
          "Health check {0} is {1}: {2}",
          name,
          now.text(),
          SafeText.oneLine(reason, 256));
    } else if (!wasUp && now == State.UP) {
      LOGGER.log(Level.INFO, "Health check {0} is up again.", name);
    }
  }

  void stop() {
    lock.lock();
    try {
      if (running != null) {
        running.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }
}
