/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the open scopes of all threads. OpenTelemetry's context storage can be wrapped only
 * before its first use, and then for the life of the JVM; so there is one instance, which records
 * nothing while no test runs. Thread-safe.
 */
final class OpenScopes {
  private static final OpenScopes INSTANCE = new OpenScopes();

  static {
    ContextStorage.addWrapper(RecordingStorage::new);
  }

  private final Set<Opened> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger recorders = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean wrapped;

  private OpenScopes() {}

  static OpenScopes instance() {
    return INSTANCE;
  }

  /** Returns whether the storage is wrapped: false if it was in use before this class. */
  boolean isRecording() {
    // The first use creates the storage.
    return Context.current() != null && wrapped;
  }

  /** Starts recording, and returns a number: scopes of this test have higher ones. */
  long begin() {
    recorders.incrementAndGet();
    return numbers.get();
  }

  void end() {
    if (recorders.decrementAndGet() == 0) {
      open.clear();
    }
  }

  /** Returns the scopes opened since, the latest first, which is the order to close them. */
  List<Opened> since(long mark) {
    return open.stream()
        .filter(scope -> scope.number > mark)
        .sorted(Comparator.comparingLong((Opened scope) -> scope.number).reversed())
        .toList();
  }

  /** Closes the scopes of this thread, so that the next test starts without them. */
  static void closeOwn(Collection<Opened> scopes) {
    scopes.stream().filter(scope -> scope.origin.isOfThisThread()).forEach(Opened::close);
  }

  /** The scope that the application has. */
  static final class Opened implements Scope {
    private final Scope scope;
    private final Context context;
    private final Origin origin;
    private final long number;
    private volatile @Nullable Thread wrongThread;

    private Opened(Scope scope, Context context, Origin origin, long number) {
      this.scope = scope;
      this.context = context;
      this.origin = origin;
      this.number = number;
    }

    Context context() {
      return context;
    }

    Origin origin() {
      return origin;
    }

    /** Returns the other thread that closed it, which leaves it open on its own thread. */
    @Nullable Thread wrongThread() {
      return wrongThread;
    }

    @Override
    public void close() {
      if (origin.isOfThisThread()) {
        INSTANCE.open.remove(this);
      } else {
        wrongThread = Thread.currentThread();
      }
      scope.close();
    }
  }

  /**
   * Delegates to the wrapped storage. OpenTelemetry's strict storage checks for open scopes when it
   * is closed, so this one passes on the close.
   */
  private static final class RecordingStorage implements ContextStorage, AutoCloseable {
    private final ContextStorage storage;

    RecordingStorage(ContextStorage storage) {
      this.storage = storage;
      INSTANCE.wrapped = true;
    }

    @Override
    public Scope attach(Context toAttach) {
      Scope scope = storage.attach(toAttach);
      if (INSTANCE.recorders.get() == 0 || scope == Scope.noop()) {
        return scope;
      }
      Opened opened =
          new Opened(scope, toAttach, Origin.here(), INSTANCE.numbers.incrementAndGet());
      INSTANCE.open.add(opened);
      return opened;
    }

    @Override
    public @Nullable Context current() {
      return storage.current();
    }

    @Override
    public Context root() {
      return storage.root();
    }

    @Override
    public void close() throws Exception {
      if (storage instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
