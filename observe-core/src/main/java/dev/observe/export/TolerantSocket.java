/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;

/**
 * A socket that does not mind when what it says is not heard. A server that says why it hangs up
 * does so while we still write; were writing to fail, nobody would read what it said.
 */
final class TolerantSocket extends Socket {
  TolerantSocket(Proxy proxy) {
    super(proxy);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Tolerant(super.getOutputStream());
  }

  private static final class Tolerant extends OutputStream {
    private final OutputStream out;

    Tolerant(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        // Reading tells: what the other end said last, or that it is gone.
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
