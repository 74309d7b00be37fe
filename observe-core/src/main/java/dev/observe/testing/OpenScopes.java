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
 * Knows the scopes that are open, on whatever thread. OpenTelemetry lets its storage of contexts be
 * wrapped only before it is first used, and then for the life of the JVM; so there is one of these,
 * which looks away when no test is running. Used by any number of threads.
 */
final class OpenScopes {
  private static final OpenScopes INSTANCE = new OpenScopes();

  static {
    ContextStorage.addWrapper(Watched::new);
  }

  private final Set<Opened> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger watchers = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean wrapped;

  private OpenScopes() {}

  static OpenScopes instance() {
    return INSTANCE;
  }

  /** Returns whether the storage is watched: not if it was in use before this class was. */
  boolean isWatching() {
    // Makes the storage if nobody has.
    return Context.current() != null && wrapped;
  }

  /** Begins to note scopes. Returns a number: scopes of this test have a higher one. */
  long begin() {
    watchers.incrementAndGet();
    return numbers.get();
  }

  void end() {
    if (watchers.decrementAndGet() == 0) {
      open.clear();
    }
  }

  /** Returns the scopes opened since, the latest first, in which order they can be closed. */
  List<Opened> since(long mark) {
    return open.stream()
        .filter(scope -> scope.number > mark)
        .sorted(Comparator.comparingLong((Opened scope) -> scope.number).reversed())
        .toList();
  }

  /** Closes those of this thread, so that the next test begins without them. */
  static void closeOwn(Collection<Opened> scopes) {
    scopes.stream().filter(scope -> scope.origin.isOfThisThread()).forEach(Opened::close);
  }

  /** A scope as the application has it. */
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

    /** Returns the other thread that tried to close it, which leaves it open where it is. */
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
   * Hands everything on to the storage beneath. If that is OpenTelemetry's strict one, it can be
   * closed, which asks it for its own opinion; so this can be, too.
   */
  private static final class Watched implements ContextStorage, AutoCloseable {
    private final ContextStorage storage;

    Watched(ContextStorage storage) {
      this.storage = storage;
      INSTANCE.wrapped = true;
    }

    @Override
    public Scope attach(Context toAttach) {
      Scope scope = storage.attach(toAttach);
      if (INSTANCE.watchers.get() == 0 || scope == Scope.noop()) {
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
