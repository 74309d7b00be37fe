/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.function.LongSupplier;

/** The clock for durations: one lambda, as each further one would be a class to load at a start. */
public final class NanoClock {
  public static final LongSupplier SYSTEM = System::nanoTime;

  private NanoClock() {}
}
