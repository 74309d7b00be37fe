/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

/** Knows whether OpenTelemetry's Java agent is attached to this JVM. */
public final class Agent {
  /** On the boot class path when, and only when, the agent is there. */
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
