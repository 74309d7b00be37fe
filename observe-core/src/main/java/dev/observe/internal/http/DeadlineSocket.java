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
 * A socket whose connect, read and write operations end at a deadline, and ignore interrupts.
 *
 * <p>A failed write does not fail the exchange: the peer may have answered, and closed the
 * connection, before it read the whole request. The next read returns that answer or fails.
 *
 * <p>It extends {@link Socket} because {@code SSLSocket} is layered over one, and implements only
 * the methods that TLS calls. For use by one thread, except {@link #close}.
 */
public final class DeadlineSocket extends Socket {
  /** The JDK caches a direct buffer per thread as large as the largest write. */
  private static final int MAX_CHUNK_BYTES = 128 * 1024;

  /** Time without write progress after which we check whether the peer has sent a response. */
  private static final long MAX_STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final InputStream in = new In();
  private final OutputStream out = new Out();
  private long deadlineNanos;
  private boolean writeFailed;

  private DeadlineSocket(SocketChannel channel, Selector selector, long deadlineNanos)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.deadlineNanos = deadlineNanos;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.key = channel.register(selector, 0);
  }

  /** Returns a socket that is not connected yet; {@link #close} works from now on. */
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

  /** Sets the deadline of the following operations, in the time of {@link System#nanoTime}. */
  public void deadline(long nanos) {
    deadlineNanos = nanos;
  }

  /**
   * Connects before the deadline and within {@code timeoutNanos}.
   *
   * @throws SocketTimeoutException if the time is over
   */
  void connect(InetSocketAddress address, long timeoutNanos) throws IOException {
    long now = System.nanoTime();
    long untilNanos = now + Math.min(timeoutNanos, deadlineNanos - now);
    boolean connected = channel.connect(address);
    while (!connected) {
      if (!await(SelectionKey.OP_CONNECT, untilNanos)) {
        throw new SocketTimeoutException("no connection in time");
      }
      connected = channel.finishConnect();
    }
  }

  /** Returns whether the connection can be reused: it is open and no data has arrived. */
  boolean isQuiet() {
    try {
      return !writeFailed && channel.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until the channel is ready; returns false at {@code untilNanos}. */
  private boolean await(int operation, long untilNanos) throws IOException {
    boolean interrupted = false;
    try {
      key.interestOps(operation);
      while (true) {
        // A selector does not wait while the thread is interrupted.
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
    // The only key is ours: a positive count is enough.
  }

  private static IOException closed(RuntimeException cause) {
    ClosedChannelException closed = new ClosedChannelException();
    closed.initCause(cause);
    return closed;
  }

  private static SocketTimeoutException timedOut() {
    return new SocketTimeoutException("timed out");
  }

  private int receive(ByteBuffer buffer) throws IOException {
    while (true) {
      int count = channel.read(buffer);
      if (count != 0) {
        return count;
      }
      if (!await(SelectionKey.OP_READ, deadlineNanos)) {
        throw timedOut();
      }
    }
  }

  private void send(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end && !writeFailed) {
      buffer.limit(Math.min(end, buffer.position() + MAX_CHUNK_BYTES));
      if (write(buffer) == 0 && !writeFailed) {
        writeFailed = !awaitWritable();
      }
    }
  }

  private int write(ByteBuffer buffer) throws IOException {
    try {
      return channel.write(buffer);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // The next read returns the peer's response, or fails.
      writeFailed = true;
      return 0;
    }
  }

  /** Waits until a write can proceed; returns false if the peer sends data instead of reading. */
  private boolean awaitWritable() throws IOException {
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
        throw timedOut();
      }
    }
  }

  /** Closes the connection and fails the operation in progress. Any thread, so without a lock. */
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
    // TLS calls this before close(), which does the work.
  }

  @Override
  public void shutdownOutput() {
    // TLS calls this before close(), which does the work.
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

  /** Returns 0: the deadline replaces this timeout. */
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
