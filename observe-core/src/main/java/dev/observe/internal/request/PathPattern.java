/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

/**
 * A pattern of paths: as a servlet mapping has it ({@code /static/*}, {@code *.css}, {@code
 * /health}), or a glob in which {@code **} stands for anything and {@code *} for anything within a
 * segment ({@code /api/**}, {@code /**}{@code /*.js}).
 *
 * <p>Not a regular expression: the path is a stranger's, and the time to look at it must not be.
 * Each character of it is compared at most once for each character of the pattern. Immutable.
 */
public final class PathPattern {
  private final String glob;

  /** What the pattern matches beside its glob: {@code /api/**} means {@code /api} too. */
  private final String alone;

  private PathPattern(String glob, String alone) {
    this.glob = glob;
    this.alone = alone;
  }

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
        // A servlet mapping's star stands for all that follows.
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

  /** Returns whether a path, decoded and with a slash in front, fits the pattern. */
  public boolean matches(String path) {
    return path.equals(alone) || matchesGlob(path);
  }

  /*
   * The greedy algorithm: at a mismatch, the last star takes one character more. A star that must
   * not take a slash hands over to the last double star. Earlier stars never need another try.
   */
  private boolean matchesGlob(String path) {
    int p = 0;
    int g = 0;
    int starAt = -1;
    int starTook = 0;
    int anyAt = -1;
    int anyTook = 0;
    while (p < path.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        if (g + 1 < glob.length() && glob.charAt(g + 1) == '*') {
          g += 2;
          anyAt = g;
          anyTook = p;
          starAt = -1;
        } else {
          g++;
          starAt = g;
          starTook = p;
        }
      } else if (g < glob.length() && glob.charAt(g) == path.charAt(p)) {
        g++;
        p++;
      } else if (starAt >= 0 && path.charAt(starTook) != '/') {
        p = ++starTook;
        g = starAt;
      } else if (anyAt >= 0) {
        p = ++anyTook;
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
