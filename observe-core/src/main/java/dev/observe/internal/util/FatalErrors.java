/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

/** Keeps a {@code catch (Throwable)} from swallowing errors after which a JVM must not go on. */
public final class FatalErrors {
  private FatalErrors() {}

  /**
   * Throws the failure again if it is a {@link VirtualMachineError} or a {@link ThreadDeath}, and
   * returns otherwise. Every {@code catch (Throwable)} that does not rethrow begins with this call.
   */
  public static void rethrow(Throwable failure) {
    if (failure instanceof VirtualMachineError error) {
      throw error;
    }
    if (failure instanceof ThreadDeath death) {
      throw death;
    }
  }
}
