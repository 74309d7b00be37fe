/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

/**
 * A pattern of paths: a servlet mapping ({@code /static/*}, {@code *.css}, {@code /health}), or a
 * glob in which {@code **} matches any text and {@code *} any text within a segment ({@code
 * /api/**}, {@code /**}{@code /*.js}).
 *
 * <p>Not a regular expression, because a client chooses the path and must not control the matching
 * time: each character is compared at most once for each character of the pattern. Immutable.
 *
 * @param exact matches besides the glob: {@code /api/**} matches {@code /api} too
 */
public record PathPattern(String glob, String exact) {
  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it begins neither with {@code /} nor with {@code *}
   */
  public static PathPattern parse(String pattern) {
    if (pattern.startsWith("/")) {
      if (pattern.endsWith("/**")) {
        return new PathPattern(pattern, pattern.substring(0, pattern.length() - 3));
      }
      if (pattern.endsWith("/*")) {
        // The star of a servlet mapping matches all segments that follow.
        return new PathPattern(pattern + '*', pattern.substring(0, pattern.length() - 2));
      }
      return new PathPattern(pattern, pattern);
    }
    if (pattern.startsWith("*")) {
      String rest = pattern.startsWith("**") ? pattern : '*' + pattern;
      return new PathPattern(rest, rest);
    }
    throw new IllegalArgumentException(
        "a path pattern must begin with / or *, was '" + pattern + "'; for example /static/*");
  }

  /** Returns whether a decoded path with a leading slash matches the pattern. */
  public boolean matches(String path) {
    return path.equals(exact) || matchesGlob(path);
  }

  /*
   * The greedy algorithm: at a mismatch, the last star consumes one character more. A single star
   * at a slash falls back to the last double star. Earlier stars are never tried again.
   */
  private boolean matchesGlob(String path) {
    int p = 0;
    int g = 0;
    int starAt = -1;
    int starEnd = 0;
    int anyAt = -1;
    int anyEnd = 0;
    while (p < path.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        if (g + 1 < glob.length() && glob.charAt(g + 1) == '*') {
          g += 2;
          anyAt = g;
          anyEnd = p;
          starAt = -1;
        } else {
          g++;
          starAt = g;
          starEnd = p;
        }
      } else if (g < glob.length() && glob.charAt(g) == path.charAt(p)) {
        g++;
        p++;
      } else if (starAt >= 0 && path.charAt(starEnd) != '/') {
        p = ++starEnd;
        g = starAt;
      } else if (anyAt >= 0) {
        p = ++anyEnd;
        g = anyAt;
        starAt = -1;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }
}
