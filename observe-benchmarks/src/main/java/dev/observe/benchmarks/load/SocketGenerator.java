/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One thread and one plain socket for each connection. */
final class SocketGenerator implements Generator {
  /** The number of responses per connection and second that are timed; more are only counted. */
  private static final int MAX_PER_SECOND = 50_000;

  @Override
  public Load run(URI uri, int connections, Duration duration)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      List<Callable<long[]>> clients = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        clients.add(() -> client(uri, duration));
      }
      List<long[]> all = new ArrayList<>();
      for (Future<long[]> done : threads.invokeAll(clients)) {
        all.add(done.get());
      }
      long[] nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      return new Load(
          nanos.length,
          nanos.length / (duration.toNanos() / 1e9),
          nanos[nanos.length / 2] / 1e3,
          nanos[(int) (nanos.length * 0.99)] / 1e3);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static long[] client(URI uri, Duration duration) throws IOException {
    byte[] request =
        ("GET "
                + uri.getPath()
                + '?'
                + uri.getQuery()
                + " HTTP/1.1\r\nHost: "
                + uri.getAuthority()
                + "\r\n\r\n")
            .getBytes(US_ASCII);
    long[] nanos = new long[(int) (MAX_PER_SECOND * duration.toSeconds())];
    int count = 0;
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      long end = System.nanoTime() + duration.toNanos();
      for (long start = System.nanoTime(); start - end < 0; ) {
        socket.getOutputStream().write(request);
        readAnswer(in);
        long now = System.nanoTime();
        nanos[count] = now - start;
        count = Math.min(count + 1, nanos.length - 1);
        start = now;
      }
    } catch (NumberFormatException e) {
      throw new UncheckedIOException(new IOException(e));
    }
    return Arrays.copyOf(nanos, count);
  }

  private static void readAnswer(DataInputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("status must be 200, was " + status);
    }
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server must not close the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public String toString() {
    return "a generator of our own in this process";
  }
}
