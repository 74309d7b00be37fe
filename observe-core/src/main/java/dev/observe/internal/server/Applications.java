/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.EndpointHandler;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The applications on one port, each under a name of its own.
 *
 * <p>Safe for use by any number of threads.
 */
final class Applications {
  static final int MAX = 100;

  /** Folders of the live page, which the name of the only application does not hide. */
  private static final Set<String> FOLDERS = Set.of("api", "lib", "screens");

  private static final int MAX_NAME_CHARS = 64;

  private final ApplicationPages.Joint joint;
  private final ReentrantLock lock = new ReentrantLock();

  /** In the order of their arrival; replaced as a whole. */
  private volatile Map<String, ApplicationPages> byName = Map.of();

  Applications(ApplicationPages.Joint joint) {
    this.joint = joint;
  }

  /** Returns a name that can stand in a path: letters, digits, dot, dash and underscore. */
  static String pathName(String service) {
    String name = service.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^-+|-+$", "");
    String cut = name.substring(0, Math.min(MAX_NAME_CHARS, name.length()));
    return cut.isEmpty() ? "application" : cut;
  }

  /**
   * Adds an application and returns its name, or null if there are {@value #MAX} already.
   *
   * @param wanted the name, which gets a number if another application has it
   */
  @Nullable String add(String wanted, ApplicationPages pages) {
    lock.lock();
    try {
      if (byName.size() >= MAX) {
        return null;
      }
      String name = wanted;
      for (int number = 2; byName.containsKey(name); number++) {
        name = wanted + "-" + number;
      }
      Map<String, ApplicationPages> more = new LinkedHashMap<>(byName);
      more.put(name, pages);
      byName = Collections.unmodifiableMap(more);
      return name;
    } finally {
      lock.unlock();
    }
  }

  void remove(String name) {
    lock.lock();
    try {
      Map<String, ApplicationPages> fewer = new LinkedHashMap<>(byName);
      fewer.remove(name);
      byName = Collections.unmodifiableMap(fewer);
    } finally {
      lock.unlock();
    }
  }

  boolean hasOne() {
    return byName.size() == 1;
  }

  /**
   * Returns the handler of a path, or null if there is none. {@code /page/name} is the page of one
   * application; {@code /page} is that of the only one, or of all together.
   */
  @Nullable EndpointHandler find(String path) {
    Map<String, ApplicationPages> all = byName;
    if ((path + "/").startsWith(ApplicationPages.LIVE)) {
      return live(path, all);
    }
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      ApplicationPages named = all.get(path.substring(slash + 1));
      return named == null ? null : handler(named, path.substring(0, slash));
    }
    return all.size() == 1 ? handler(all.values().iterator().next(), path) : joint.find(path, all);
  }

  /**
   * Returns the handler of a path of a live page: {@code /live/…} is that of the only application,
   * {@code /live/name/…} that of one application.
   */
  private @Nullable EndpointHandler live(String path, Map<String, ApplicationPages> all) {
    boolean only = all.size() == 1;
    int begin = ApplicationPages.LIVE.length();
    if (path.length() > begin) {
      int end = path.indexOf('/', begin);
      String name = path.substring(begin, end < 0 ? path.length() : end);
      ApplicationPages named = all.get(name);
      if (named != null && named.has(ApplicationPages.LIVE) && !(only && FOLDERS.contains(name))) {
        String within = path.substring(0, begin - 1) + path.substring(begin + name.length());
        return exchange -> named.handler().handle(within, exchange);
      }
    }
    if (!only) {
      return joint.find(ApplicationPages.LIVE, all);
    }
    ApplicationPages own = all.values().iterator().next();
    return own.has(ApplicationPages.LIVE) ? exchange -> own.handler().handle(path, exchange) : null;
  }

  private static @Nullable EndpointHandler handler(ApplicationPages pages, String path) {
    return pages.has(path) ? exchange -> pages.handler().handle(path, exchange) : null;
  }
}
