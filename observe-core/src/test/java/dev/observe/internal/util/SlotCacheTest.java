/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotCacheTest {
  private static final int THREADS = 4;

  private record Square(int root, long square) {}

  @Test
  void get_emptySlot_isNull() {
    assertThat(new SlotCache<String>(4).get(7)).isNull();
  }

  @Test
  void get_sameSlot_isTheLastEntry() {
    SlotCache<String> cache = new SlotCache<>(4);
    cache.put(1, "first");
    cache.put(5, "second");
    cache.put(2, "other slot");

    assertThat(cache.get(1)).isEqualTo("second");
    assertThat(cache.get(5)).isEqualTo("second");
    assertThat(cache.get(2)).isEqualTo("other slot");
  }

  /** Hash codes that differ in their upper half only, as those of long texts may. */
  @Test
  void get_upperBits_selectTheSlotToo() {
    SlotCache<String> cache = new SlotCache<>(4);
    cache.put(0, "low");
    cache.put(1 << 16, "high");

    assertThat(cache.get(0)).isEqualTo("low");
    assertThat(cache.get(1 << 16)).isEqualTo("high");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, Integer.MAX_VALUE})
  void get_extremeHash_hasASlot(int hash) {
    SlotCache<String> cache = new SlotCache<>(1);
    cache.put(hash, "entry");

    assertThat(cache.get(hash)).isEqualTo("entry");
  }

  @ParameterizedTest
  @ValueSource(ints = {-4, 0, 3, 6})
  void create_sizeNotAPowerOfTwo_throws(int size) {
    assertThatThrownBy(() -> new SlotCache<String>(size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size must be a power of two, was " + size);
  }

  /** Threads that race for the same slots read whole entries only. */
  @Test
  void get_concurrentPuts_entriesAreConsistent() throws Exception {
    SlotCache<Square> cache = new SlotCache<>(8);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> hits = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int first = i;
        hits.add(
            threads.submit(
                () -> {
                  start.await();
                  return useAndCountHits(cache, first);
                }));
      }
      start.countDown();

      for (Future<Integer> counted : hits) {
        assertThat(counted.get()).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int useAndCountHits(SlotCache<Square> cache, int first) {
    int hits = 0;
    for (int i = 0; i < 200_000; i++) {
      int root = (first + i / 4) % 64;
      Square known = cache.get(root);
      if (known == null || known.root() != root) {
        cache.put(root, new Square(root, (long) root * root));
      } else {
        hits++;
      }
      if (known != null) {
        assertThat(known.square()).isEqualTo((long) known.root() * known.root());
      }
    }
    return hits;
  }
}
