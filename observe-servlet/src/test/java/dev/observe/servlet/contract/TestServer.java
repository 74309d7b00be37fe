/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

/** A container that runs one {@link App}. */
abstract class TestServer implements AutoCloseable {
  /** Room for the 64 KB of headers that one scenario sends, and not for the 300 KB of another. */
  static final int HEADER_BYTES = 128 * 1024;

  static final int MAX_CONNECTIONS = 12_000;

  abstract int port();

  @Override
  public abstract void close();
}
