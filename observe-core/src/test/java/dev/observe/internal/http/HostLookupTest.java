/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HostLookupTest {
  private static final InetAddress FOUND = InetAddress.getLoopbackAddress();

  private final AtomicInteger lookups = new AtomicInteger();
  private final CountDownLatch resolvable = new CountDownLatch(1);
  private final HostLookup lookup = new HostLookup(this::resolve);

  private InetAddress resolve(String host) throws IOException {
    lookups.incrementAndGet();
    try {
      resolvable.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (host.equals("unknown")) {
      throw new UnknownHostException(host);
    }
    return FOUND;
  }

  @AfterEach
  void endLookups() {
    resolvable.countDown();
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void address_calledTwice_looksUpTwice() throws IOException {
    resolvable.countDown();

    assertThat(lookup.address("host", in(10_000))).isEqualTo(FOUND);
    assertThat(lookup.address("host", in(10_000))).isEqualTo(FOUND);

    assertThat(lookups).hasValue(2);
  }

  @Test
  void address_unknownHost_throws() {
    resolvable.countDown();

    assertThatThrownBy(() -> lookup.address("unknown", in(10_000)))
        .isInstanceOf(UnknownHostException.class);
  }

  /** During an outage, a resolver that hangs must not use a thread per attempt. */
  @Test
  void address_resolverHangs_usesOneThread() throws IOException {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> lookup.address("host", in(20)))
          .isInstanceOf(SocketTimeoutException.class);
    }
    await().until(() -> lookups.get() > 0);
    resolvable.countDown();

    assertThat(lookup.address("host", in(10_000))).isEqualTo(FOUND);
    assertThat(lookups).hasValue(1);
  }

  @Test
  void address_literal_isNotLookedUp() throws IOException {
    assertThat(lookup.address("192.0.2.1", in(0)).getHostAddress()).isEqualTo("192.0.2.1");
    assertThat(lookup.address("2001:db8::1", in(0)).getHostAddress()).startsWith("2001:db8:");

    assertThat(lookups).hasValue(0);
  }

  @Test
  void cancel_lookupInFlight_endsTheWait() {
    CompletableFuture<String> failure =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return lookup.address("host", in(25_000)).toString();
              } catch (IOException e) {
                return String.valueOf(e.getMessage());
              }
            });
    await().until(() -> lookups.get() > 0);

    lookup.cancel();

    assertThat(failure.join()).isEqualTo("cancelled");
    assertThatThrownBy(() -> lookup.address("host", in(25_000))).hasMessage("cancelled");
  }
}
