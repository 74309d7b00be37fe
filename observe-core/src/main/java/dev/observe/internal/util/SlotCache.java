/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import org.jspecify.annotations.Nullable;

/**
 * A cache with one slot for each hash: a new entry replaces the one that shares its slot.
 *
 * <p>Threads race for a slot without synchronization, so an entry may be lost. An entry must
 * therefore be immutable and contain its key: {@link #get} returns the entry of the slot, and the
 * caller compares the keys. A lookup by several values thus needs no key object and allocates
 * nothing.
 *
 * <p>Not final: on the request path the user of a cache extends it, which saves one indirection.
 */
public class SlotCache<E> {
  private final @Nullable Object[] slots;

  /**
   * Creates an empty cache.
   *
   * @param size the number of slots, a power of two
   */
  public SlotCache(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("size must be a power of two, was " + size);
    }
    slots = new @Nullable Object[size];
  }

  /** Returns the entry in the slot of a hash, which may belong to another key, or null. */
  @SuppressWarnings("unchecked") // Only put writes.
  public final @Nullable E get(int hash) {
    return (E) slots[slot(hash)];
  }

  /** Replaces the entry in the slot of a hash. */
  public final void put(int hash, E entry) {
    slots[slot(hash)] = entry;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 16)) & (slots.length - 1);
  }
}
