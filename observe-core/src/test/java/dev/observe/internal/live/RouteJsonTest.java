/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.live.RouteHistory.Counts;
import dev.observe.internal.live.RouteHistory.Route;
import dev.observe.internal.pages.JsonText;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RouteJsonTest {
  private static final Pattern NAME = Pattern.compile("\"name\":\"GET /([^\"]*)\"");

  private static List<String> ranked(Map<Route, Counts> counts) {
    JsonText json = new JsonText();
    RouteJson.ranking(json, counts, Comparator.comparingLong(count -> count.errors));
    return NAME.matcher(json.toString()).results().map(match -> match.group(1)).toList();
  }

  private static Counts counts(long count, long errors) {
    Counts counts = new Counts();
    counts.count = count;
    counts.errors = errors;
    return counts;
  }

  @Test
  void ranking_ofErrors_theMostFirstAndNoneWithoutErrors() {
    Map<Route, Counts> counts =
        Map.of(
            new Route("GET", "/often"), counts(1_000, 2),
            new Route("GET", "/well"), counts(5_000, 0),
            new Route("GET", "/broken"), counts(9, 9),
            new Route("GET", "/rare"), counts(100, 1));

    assertThat(ranked(counts)).containsExactly("broken", "often", "rare");
  }

  @Test
  void ranking_manyRoutes_hasTheFirstFive() {
    Map<Route, Counts> counts = new HashMap<>();
    for (int i = 1; i <= 8; i++) {
      counts.put(new Route("GET", "/" + i), counts(10, i));
    }

    assertThat(ranked(counts)).containsExactly("8", "7", "6", "5", "4");
  }
}
