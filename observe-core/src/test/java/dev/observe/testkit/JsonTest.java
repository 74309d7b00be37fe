/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void parse_eachTypeOfValue() {
    Object json =
        Json.parse(" {\"a\": [1, -2.5e1, true, false, null, {}, []], \"b\":{\"c\":\"\"}} ");

    assertThat(Json.at(json, "a"))
        .isEqualTo(Arrays.asList(1.0, -25.0, true, false, null, Map.of(), List.of()));
    assertThat(Json.at(json, "b", "c")).isEqualTo("");
    assertThat(Json.at(json, "b", "d", "e")).isNull();
  }

  @Test
  void parse_escapesInStrings() {
    assertThat(Json.parse("\" \\\"\\\\\\/\\n\\t\\u00b5 \"")).isEqualTo(" \"\\/\n\tµ ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1", "\"a", "{\"a\" 1}", "1 2", "nothing"})
  void parse_invalid_throws(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
