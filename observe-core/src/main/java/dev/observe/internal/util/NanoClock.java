/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.function.LongSupplier;

/** The clock for durations. One object for all users, as a start would load a class for each. */
public final class NanoClock {
  public static final LongSupplier SYSTEM = System::nanoTime;

  private NanoClock() {}
}
