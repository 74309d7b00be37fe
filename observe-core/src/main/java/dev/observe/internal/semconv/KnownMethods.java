/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The request methods with their own series; any other counts as {@value #OTHER}, so that a client
 * cannot create series (semantic conventions 1.44.0, http-spans.md, {@code http.request.method}).
 */
public final class KnownMethods {
  public static final String OTHER = "_OTHER";

  /** The methods of RFC 9110, PATCH of RFC 5789, and QUERY, which the conventions added. */
  public static final List<String> DEFAULT =
      List.of(
          "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

  /** A configured list is bounded too, because each method may have its own series. */
  private static final int MAX_METHODS = 32;

  private final Map<String, String> names = new HashMap<>();

  /** The name of {@code GET}, which most requests use: comparing is cheaper than hashing. */
  private final String get;

  private KnownMethods(Collection<String> methods) {
    for (String method : methods) {
      names.put(method, method);
    }
    get = names.getOrDefault("GET", OTHER);
  }

  public static KnownMethods from(Settings settings) {
    List<String> methods =
        Objects.requireNonNullElse(settings.optional(Setting.KNOWN_METHODS), DEFAULT);
    if (methods.size() > MAX_METHODS) {
      throw new IllegalArgumentException(
          Setting.KNOWN_METHODS.name()
              + " must name at most "
              + MAX_METHODS
              + " methods, was "
              + methods.size());
    }
    return new KnownMethods(methods);
  }

  /** Returns the method if it is known, with regard to case, or {@value #OTHER}. */
  public String canonical(String method) {
    if (method.equals("GET")) {
      return get;
    }
    String known = names.get(method);
    return known == null ? OTHER : known;
  }
}
