/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  static TrustedProxies of(String value) {
    TrustedProxies proxies =
        TrustedProxies.from(Settings.of(Map.of(Setting.TRUSTED_PROXIES.name(), value)));
    return Objects.requireNonNull(proxies);
  }

  @Test
  void P12_from_emptySetting_isNull() {
    assertThat(TrustedProxies.from(Settings.of(Map.of()))).isNull();
    assertThat(TrustedProxies.from(Settings.of(Map.of(Setting.TRUSTED_PROXIES.name(), " , "))))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "192.0.2.7, ::ffff:192.0.2.7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "10.0.0.0/8, 10.255.255.255",
    "10.0.0.0/7, 11.1.2.3",
    "0.0.0.0/0, 203.0.113.9",
    "192.0.2.7/32, 192.0.2.7",
    "2001:db8::/32, 2001:db8:ffff::1",
    "2001:db8::/32, [2001:db8::1]",
    "fe80::/10, fe80::1%eth0",
    "fe80::/10, [fe80::1%2]",
    "::/0, 2001:db8::1",
    "2001:db8:0:1::/64, 2001:0db8:0:1:ffff:ffff:ffff:ffff",
    "2001:db8::1:0/112, 2001:db8::1:ffff",
    "2001:db8::1/128, 2001:db8:0:0:0:0:0:1",
    "loopback, 127.0.0.9",
    "loopback, 0:0:0:0:0:0:0:1",
    "private, 10.1.2.3",
    "private, 172.31.0.1",
    "private, 192.168.9.9",
    "private, fd00::1",
    "'192.0.2.7, loopback , 10.0.0.0/8,', 10.0.0.1"
  })
  void trusts_configuredAddress_isTrue(String setting, String address) {
    assertThat(of(setting).trusts(address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.8",
    "10.0.0.0/8, 11.0.0.0",
    "10.0.0.0/9, 10.128.0.0",
    "0.0.0.0/0, 2001:db8::1",
    "::/0, 203.0.113.9",
    "::/0, ::ffff:203.0.113.9",
    "2001:db8::/32, 2001:db9::1",
    "2001:db8:0:1::/64, 2001:db8:0:2::",
    "2001:db8::1/128, 2001:db8::2",
    "loopback, 10.0.0.1",
    "private, 172.32.0.1",
    "private, 100.64.0.1",
    "private, 127.0.0.1",
    "0.0.0.0/0, ''",
    "0.0.0.0/0, localhost",
    "0.0.0.0/0, 1.2.3.4:80",
    "0.0.0.0/0, [1.2.3.4",
    "0.0.0.0/0, '%'",
    "::/0, []",
    "::/0, '[%]'"
  })
  void trusts_otherAddress_isFalse(String setting, String address) {
    assertThat(of(setting).trusts(address)).isFalse();
  }

  /** The check runs for every request. */
  @Test
  void trusts_allocatesNothing() {
    TrustedProxies proxies = of("private, loopback, 2001:db8::/32");
    List<String> peers = List.of("203.0.113.9", "[2001:db9:0:0:0:0:0:1%2]", "2001:db8::5", "::x");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int trusted = 0;
    long before = threads.getCurrentThreadAllocatedBytes();

    for (int i = 0; i < 100_000; i++) {
      trusted += proxies.trusts(peers.get(i & 3)) ? 1 : 0;
    }

    // The measurement itself may allocate a little; one object a call would be 1.6 MB.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    assertThat(trusted).isEqualTo(25_000);
  }

  @Test
  void trusts_null_isFalse() {
    assertThat(of("0.0.0.0/0").trusts(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"proxy.internal", "10.0.0", "10.0.0.0-10.0.0.9", "[::1]", "::1%lo", "/8", "*"})
  void from_invalidAddress_throws(String entry) {
    assertThatThrownBy(() -> of(entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.http.trusted-proxies must be IP addresses or CIDR ranges with commas between"
                + " them, was '"
                + entry
                + "' (from code); "
                + entry
                + " is not one of them; write 192.0.2.7, 10.0.0.0/8, 2001:db8::/32, loopback or private"
                + " (names are not looked up)");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33, 32",
    "10.0.0.0/-1, 32",
    "10.0.0.0/, 32",
    "10.0.0.0/8/8, 32",
    "10.0.0.0/9999999999, 32",
    "10.0.0.0/8x, 32",
    "10.0.0.0/x8, 32",
    "::/129, 128"
  })
  void from_invalidPrefix_throws(String entry, int max) {
    assertThatThrownBy(() -> of("loopback," + entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.http.trusted-proxies must be IP addresses or CIDR ranges with commas between"
                + " them, was 'loopback,"
                + entry
                + "' (from code); "
                + entry
                + " has no prefix length from 0 to "
                + max);
  }

  /** The author may have meant one host or sixteen million, which may all forge addresses. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1/8", "0.0.0.1/0", "2001:db8::1/64", "fe00::/6"})
  void from_bitsAfterPrefix_throws(String entry) {
    assertThatThrownBy(() -> of(entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.http.trusted-proxies must be IP addresses or CIDR ranges with commas between"
                + " them, was '"
                + entry
                + "' (from code); "
                + entry
                + " has bits set after its prefix; write the first address of the range, or a"
                + " single address without a prefix");
  }
}
