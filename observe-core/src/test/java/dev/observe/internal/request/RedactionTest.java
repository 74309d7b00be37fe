/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionTest {
  private final Redaction redaction = Redaction.from(Settings.of(Map.of()));

  @ParameterizedTest
  @CsvSource({
    "a=1&b=2, a=1&b=2",
    "token=abc, token=REDACTED",
    "a=1&sig=abc&b=2, a=1&sig=REDACTED&b=2",
    "X-Amz-Signature=s&X-Amz-Credential=c&AWSAccessKeyId=k,"
        + " X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED&AWSAccessKeyId=REDACTED",
    "PASSWORD=x, PASSWORD=REDACTED",
    "%74oken=abc, %74oken=REDACTED",
    "%zz=abc, %zz=REDACTED",
    "a=1;secret=x;b=2, a=1;secret=REDACTED;b=2",
    "token=&code, token=&code",
    "tokens=1&mytoken=2, tokens=1&mytoken=2",
    "q=token=abc, q=token=abc",
    "api_key=a=b&c=d, api_key=REDACTED&c=d"
  })
  void query_secretKeys_valuesAreRedacted(String query, String expected) {
    assertThat(redaction.query(query)).isEqualTo(expected);
  }

  static List<String> defaultKeys() {
    return Redaction.DEFAULT_KEYS;
  }

  @ParameterizedTest
  @MethodSource("defaultKeys")
  void query_eachDefaultKey_valueIsRedacted(String key) {
    assertThat(redaction.query("a=1&" + key + "=abc")).isEqualTo("a=1&" + key + "=REDACTED");
  }

  @Test
  void query_withoutSecrets_isSameString() {
    String query = "page=2&size=20";

    assertThat(redaction.query(query)).isSameAs(query);
  }

  @Test
  void from_list_replacesDefault() {
    Redaction own =
        Redaction.from(Settings.of(Map.of(Setting.REDACTED_QUERY_KEYS.name(), "ssn, iban")));

    assertThat(own.query("ssn=1&token=2&iban=3")).isEqualTo("ssn=REDACTED&token=2&iban=REDACTED");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a;jsessionid=0123/b, /a;jsessionid=REDACTED/b",
    "/a;v=1;w=2/b;x/c, /a;v=REDACTED/b;x/c"
  })
  void path_parameters_areRedacted(String path, String expected) {
    assertThat(redaction.path(path)).isEqualTo(expected);
  }

  /** A pair without a value must not cause a scan of the rest of the query. */
  @Test
  void query_manyPairsWithoutValue_endsInTime() {
    String query = "a&".repeat(500_000);
    String path = "/;".repeat(500_000);

    long start = System.nanoTime();
    String cleanedQuery = redaction.query(query);
    String cleanedPath = redaction.path(path);

    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    assertThat(cleanedQuery).isEqualTo(query);
    assertThat(cleanedPath).isEqualTo(path);
  }
}
