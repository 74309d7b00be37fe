/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

/** Detects OpenTelemetry's Java agent. */
public final class Agent {
  /** On the boot class path if and only if the agent is attached. */
  private static final String CLASS = "io.opentelemetry.javaagent.bootstrap.AgentInitializer";

  private Agent() {}

  public static boolean isAttached() {
    try {
      Class.forName(CLASS, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
