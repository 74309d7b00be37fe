/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.HealthCheck;
import dev.observe.internal.pages.HealthChecks.Kind;
import dev.observe.internal.pages.HealthChecks.Result;
import dev.observe.internal.pages.HealthChecks.State;
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
 * One check: run at most once at a time, however many ask, and given up when its time is up. A
 * check that hangs for good holds one thread, never a second.
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

  /** Guarded by the lock, as all that follows: the run under way. */
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
    this.timeoutNanos = timeout.toNanos();
    this.check = check;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
  }

  /** Begins a run, unless one is under way or one that is younger than this has ended. */
  void start(long freshNanos) {
    lock.lock();
    try {
      if (running == null && (last == null || nanoClock.getAsLong() - lastNanos >= freshNanos)) {
        startNanos = nanoClock.getAsLong();
        Thread thread = new Thread(null, this::run, "observe-check-" + name, 0, false);
        thread.setDaemon(true);
        // As on a thread of the application's: a check may look names up, or load a driver.
        thread.setContextClassLoader(check.getClass().getClassLoader());
        running = thread;
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the run under way, as long as it has time, and tells how it went. */
  Result await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (running != null) {
        long left = timeoutNanos - (nanoClock.getAsLong() - startNanos);
        if (left <= 0) {
          giveUp(running);
          break;
        }
        // A clock of a test's stands still while this waits: it looks again soon.
        ended.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
      }
      Result result = last;
      return result == null ? result(State.TIMED_OUT, 0) : result;
    } finally {
      lock.unlock();
    }
  }

  /** How the last run went; null if none has ended. */
  @Nullable Result last() {
    lock.lock();
    try {
      if (running != null && nanoClock.getAsLong() - startNanos >= timeoutNanos) {
        giveUp(running);
      }
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(Thread hanging) {
    Result before = last;
    if (before == null || lastNanos < startNanos) {
      hanging.interrupt();
      tell(before, State.TIMED_OUT, "after " + Duration.ofNanos(timeoutNanos));
    }
    last = result(State.TIMED_OUT, nanoClock.getAsLong() - startNanos);
    lastNanos = nanoClock.getAsLong();
  }

  private void run() {
    State state = State.UP;
    String why = "";
    try {
      check.check();
    } catch (Throwable e) {
      // An Error of a check's, too, is what the check says of its object.
      state = State.DOWN;
      why = e.toString();
    }
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      boolean late = now - startNanos >= timeoutNanos;
      if (late) {
        giveUp(Thread.currentThread());
      } else {
        tell(last, state, why);
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

  /** Once for each change, however often it is looked at. */
  private void tell(@Nullable Result before, State now, String why) {
    boolean wasUp = before == null || before.state() == State.UP;
    if (wasUp && now != State.UP) {
      LOGGER.log(Level.WARNING, "Health check {0} is {1}: {2}", name, now.text(), clean(why));
    } else if (!wasUp && now == State.UP) {
      LOGGER.log(Level.INFO, "Health check {0} is up again.", name);
    }
  }

  private static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > 256 ? line.substring(0, 256) : line;
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
