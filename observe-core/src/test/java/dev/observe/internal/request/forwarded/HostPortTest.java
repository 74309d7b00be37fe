/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example,",
    "shop.example:8080, shop.example, 8080",
    "127.0.0.1:1, 127.0.0.1, 1",
    "[2001:db8::1], 2001:db8::1,",
    "[::1]:65535, ::1, 65535",
    "a_b-c:, a_b-c,"
  })
  void parse_valid_hasNameAndPort(String header, String address, Long port) {
    HostPort parsed = HostPort.parse(header);

    assertThat(parsed.address()).isEqualTo(address);
    assertThat(parsed.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a:0",
        "a:65536",
        "a:99999999",
        "a:x",
        "a b",
        "<script>",
        "[::1",
        "[::1]x",
        "[shop]",
        "a:1:2",
        "ä.example",
        "a\r\nb"
      })
  void parse_invalid_isEmpty(String header) {
    HostPort parsed = HostPort.parse(header);

    assertThat(parsed.address()).isNull();
    assertThat(parsed.port()).isNull();
  }

  @Test
  void parse_tooLong_isEmpty() {
    assertThat(HostPort.parse("a".repeat(261)).address()).isNull();
  }
}
