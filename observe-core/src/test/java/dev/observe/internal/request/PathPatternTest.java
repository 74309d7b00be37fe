/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "/health, /health",
    "/static/*, /static",
    "/static/*, /static/",
    "/static/*, /static/css/a.css",
    "/*, /",
    "/*, /a/b",
    "*.css, /a/b/c.css",
    "*.css, /.css",
    "/api/**, /api",
    "/api/**, /api/v1/orders",
    "/**/*.js, /a/b/c.js",
    "/**/*.js, /a/c.min.js",
    "/api/*/orders, /api/v1/orders",
    "/a*/b, /abc/b",
    "**, /a/b",
    "/a/**/b/**/c, /a/x/b/y/z/c",
    "/a/**/b, /a/b/b"
  })
  void matches(String pattern, String path) {
    assertThat(PathPattern.parse(pattern).matches(path)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/health, /healthz",
    "/health, /health/",
    "/static/*, /staticfiles",
    "/static/*, /a/static/b",
    "*.css, /a.css/b",
    "*.css, /a.csss",
    "/api/**, /apis",
    "/api/*/orders, /api/v1/x/orders",
    "/api/*/orders, /api/orders",
    "/**/*.js, /a/b.js/c",
    "/a*/b, /a/c/b",
    "/a/**/b, /a/bb"
  })
  void matches_otherPath_isFalse(String pattern, String path) {
    assertThat(PathPattern.parse(pattern).matches(path)).isFalse();
  }

  /** The path of a client must not control the matching time. */
  @Test
  void matches_hostilePath_endsInTime() {
    PathPattern pattern = PathPattern.parse("/**/a/**/a/**/a/**/a/**/b");
    String path = "/a".repeat(20_000);

    long start = System.nanoTime();
    boolean matches = pattern.matches(path);

    assertThat(matches).isFalse();
    // A backtracking matcher would take years; this takes a millisecond or so.
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
  }

  @Test
  void parse_withoutSlashOrStar_throws() {
    assertThatThrownBy(() -> PathPattern.parse("health"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a path pattern must begin with / or *, was 'health'; for example /static/*");
  }
}
