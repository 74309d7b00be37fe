/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "255.255.255.255",
        "192.0.2.43",
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "2001:DB8:0:0:8:800:200C:417A",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1::4:5:6:7:8",
        "::ffff:192.0.2.1",
        "::192.0.2.1",
        "64:ff9b::192.0.2.33",
        "1:2:3:4:5:6:255.255.255.255",
        "fe80::1:0:0:2",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
      })
  void isAddress_valid_hasSameBitsAsJdk(String text) throws UnknownHostException {
    assertThat(IpLiteral.isAddress(text, 0, text.length())).isTrue();
    assertThat(halves(text, 0, text.length())).containsExactly(jdkHalves(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.04",
        "01.2.3.4",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.4 ",
        "1.2.3.-4",
        "0x1.2.3.4",
        "99999999999",
        "１.2.3.4",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "12345::",
        "g::",
        "::1.2.3",
        "::1.2.3.256",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1%eth0",
        "[::1]",
        "１::",
        "unknown",
        "_hidden",
        "<script>"
      })
  void isAddress_invalid_isFalse(String text) {
    assertThat(IpLiteral.isAddress(text, 0, text.length())).isFalse();
  }

  @Test
  void isAddress_partOfText_ignoresRest() {
    assertThat(IpLiteral.isAddress("[::1]", 1, 4)).isTrue();
    assertThat(IpLiteral.isAddress("x:::", 1, 2)).isFalse();
    assertThat(halves("x1.2.3.45", 1, 8)).containsExactly(0, 0xffff_0102_0304L);
  }

  @Test
  void isIpv4_bothForms_isTrue() {
    assertThat(halves("::ffff:10.0.0.1", 0, 15)).containsExactly(halves("10.0.0.1", 0, 8));
    assertThat(IpLiteral.isIpv4(0, IpLiteral.low("10.0.0.1", 0, 8))).isTrue();
    assertThat(IpLiteral.isIpv4(0, 1)).isFalse();
  }

  /** The JDK parses each accepted text to the same bits. */
  @Test
  void isAddress_anyText_neverThrowsAndAgreesWithJdk() throws UnknownHostException {
    Random random = new Random(1);
    String alphabet = "0123456789abcdefABCDEF::::....0";
    int valid = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(18);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String candidate = text.toString();
      if (IpLiteral.isAddress(candidate, 0, length)) {
        valid++;
        assertThat(halves(candidate, 0, length)).containsExactly(jdkHalves(candidate));
      }
    }

    assertThat(valid).isGreaterThan(100);
  }

  private static long[] halves(String text, int from, int to) {
    return new long[] {IpLiteral.high(text, from, to), IpLiteral.low(text, from, to)};
  }

  private static long[] jdkHalves(String literal) throws UnknownHostException {
    // No DNS lookup: the text has the form of an address.
    byte[] bytes = InetAddress.getByName(literal).getAddress();
    if (bytes.length == 4) {
      return new long[] {
        0, 0xffff_0000_0000L | Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt())
      };
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new long[] {buffer.getLong(), buffer.getLong()};
  }
}
