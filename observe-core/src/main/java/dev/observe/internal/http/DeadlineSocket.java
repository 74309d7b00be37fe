/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A connection on which every wait ends at a deadline, that of a write too, and that any thread can
 * cut. One thread but for {@link #close}; an interrupt changes nothing.
 *
 * <p>It does not mind when what it says is not heard. A server that says why it hangs up does so
 * while we still write; were writing to fail, nobody would read what it said.
 *
 * <p>A socket, as TLS wants one to be laid over; only what TLS asks of a socket is there.
 */
public final class DeadlineSocket extends Socket {
  /** For each size that is written at once, a thread keeps as much memory outside the heap. */
  private static final int MAX_CHUNK_BYTES = 128 * 1024;

  /** How long the other end may read nothing before we look whether it has spoken instead. */
  private static final long MAX_STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final InputStream in = new In();
  private final OutputStream out = new Out();
  private long deadlineNanos;
  private boolean unheard;

  private DeadlineSocket(SocketChannel channel, Selector selector, long deadlineNanos)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.deadlineNanos = deadlineNanos;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.key = channel.register(selector, 0);
  }

  /** Returns a wire that is not connected yet; it can be cut from now on. */
  public static DeadlineSocket open(long deadlineNanos) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      Selector selector = Selector.open();
      try {
        return new DeadlineSocket(channel, selector, deadlineNanos);
      } catch (IOException | RuntimeException e) {
        selector.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Sets when the waits end from now on, in the time of {@link System#nanoTime}. */
  public void deadline(long nanos) {
    deadlineNanos = nanos;
  }

  /**
   * Connects, before the deadline and within {@code limitNanos}.
   *
   * @throws SocketTimeoutException if that is over
   */
  void connect(InetSocketAddress address, long limitNanos) throws IOException {
    long now = System.nanoTime();
    long untilNanos = now + Math.min(limitNanos, deadlineNanos - now);
    boolean connected = channel.connect(address);
    while (!connected) {
      if (!await(SelectionKey.OP_CONNECT, untilNanos)) {
        throw new SocketTimeoutException("no connection in time");
      }
      connected = channel.finishConnect();
    }
  }

  /**
   * Whether the other end neither hung up nor spoke unasked: only then is it worth asking again.
   */
  boolean isQuiet() {
    try {
      return !unheard && channel.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns false when {@code untilNanos} is over first. */
  private boolean await(int operation, long untilNanos) throws IOException {
    boolean interrupted = false;
    try {
      key.interestOps(operation);
      while (true) {
        // A selector does not wait while the flag is set.
        interrupted |= Thread.interrupted();
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
        if (selector.select(DeadlineSocket::ready, millis) > 0) {
          return true;
        }
        if (!channel.isOpen()) {
          throw new ClosedChannelException();
        }
      }
    } catch (CancelledKeyException | ClosedSelectorException e) {
      throw closed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void ready(SelectionKey key) {
    // There is but one, and the caller knows what for.
  }

  private static IOException closed(RuntimeException cause) {
    ClosedChannelException closed = new ClosedChannelException();
    closed.initCause(cause);
    return closed;
  }

  private static SocketTimeoutException late() {
    return new SocketTimeoutException("out of time");
  }

  private int receive(ByteBuffer buffer) throws IOException {
    while (true) {
      int count = channel.read(buffer);
      if (count != 0) {
        return count;
      }
      if (!await(SelectionKey.OP_READ, deadlineNanos)) {
        throw late();
      }
    }
  }

  private void send(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end && !unheard) {
      buffer.limit(Math.min(end, buffer.position() + MAX_CHUNK_BYTES));
      if (write(buffer) == 0 && !unheard) {
        unheard = !isHeard();
      }
    }
  }

  private int write(ByteBuffer buffer) throws IOException {
    try {
      return channel.write(buffer);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // Reading tells: what the other end said last, or that it is gone.
      unheard = true;
      return 0;
    }
  }

  /** Waits until there is room for more; returns false when the other end speaks and reads not. */
  private boolean isHeard() throws IOException {
    while (true) {
      long now = System.nanoTime();
      long untilNanos = now + Math.min(MAX_STALL_NANOS, deadlineNanos - now);
      if (await(SelectionKey.OP_WRITE, untilNanos)) {
        return true;
      }
      key.interestOps(SelectionKey.OP_READ);
      if (selector.selectNow(DeadlineSocket::ready) > 0) {
        return false;
      }
      if (System.nanoTime() - deadlineNanos >= 0) {
        throw late();
      }
    }
  }

  /** Cuts the connection, whatever is under way on it. Any thread, and so without a lock. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void close() throws IOException {
    channel.close();
    selector.close();
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return isClosed();
  }

  @Override
  public boolean isOutputShutdown() {
    return isClosed();
  }

  @Override
  public void shutdownInput() {
    // TLS does so before it closes, which does all of it.
  }

  @Override
  public void shutdownOutput() {
    // As above.
  }

  @Override
  public InetAddress getInetAddress() {
    return channel.socket().getInetAddress();
  }

  @Override
  public int getPort() {
    return channel.socket().getPort();
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  /** None but the deadline. */
  @Override
  public int getSoTimeout() {
    return 0;
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int atOnce = Math.min(length, MAX_CHUNK_BYTES);
      return atOnce == 0 ? 0 : receive(ByteBuffer.wrap(bytes, offset, atOnce));
    }

    @Override
    public void close() throws IOException {
      DeadlineSocket.this.close();
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      send(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      DeadlineSocket.this.close();
    }
  }
}
