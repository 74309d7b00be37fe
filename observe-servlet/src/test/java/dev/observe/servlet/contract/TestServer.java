/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

/** A container that runs one {@link App}. */
abstract class TestServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 12_000;

  abstract int port();

  @Override
  public abstract void close();
}
