/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  @Test
  void nested_values_areSeparatedByCommas() {
    JsonText json =
        new JsonText()
            .beginObject()
            .member("a", "b")
            .name("c")
            .beginArray()
            .value(1)
            .beginObject()
            .endObject()
            .value((String) null)
            .endArray()
            .member("d", Map.of("e", "f"))
            .name("g")
            .beginArray()
            .endArray()
            .endObject();

    assertThat(json).hasToString("{\"a\":\"b\",\"c\":[1,{},null],\"d\":{\"e\":\"f\"},\"g\":[]}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "3, 3",
    "0.25, 0.25",
    "-1.5, -1.5",
    "9007199254740991, 9007199254740991",
    "1e300, 1.0E300",
    "4.9e-324, 4.9E-324",
    "NaN, null",
    "Infinity, null",
    "-Infinity, null"
  })
  void number_anyDouble_isJson(double value, String expected) {
    assertThat(new JsonText().value(value)).hasToString(expected);
  }

  @Test
  void string_specialCharacters_areEscaped() {
    assertThat(new JsonText().value("a\"b\\c\nd\re\tf\u0000g\u2028</script>é😀"))
        .hasToString("\"a\\\"b\\\\c\\nd\\re\\tf\\u0000g\\u2028\\u003c/script>é😀\"");
    assertThat(new JsonText().value("\ud800x\udc00")).hasToString("\"\\ud800x\\udc00\"");
  }

  /** Each string is equal after UTF-8 and a parser. */
  @Test
  void string_anyCharacters_areReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(20); j > 0; j--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
      }
      byte[] sent =
          new JsonText().value(text.toString()).toString().getBytes(StandardCharsets.UTF_8);

      assertThat(Json.parse(new String(sent, StandardCharsets.UTF_8))).isEqualTo(text.toString());
    }
  }
}
