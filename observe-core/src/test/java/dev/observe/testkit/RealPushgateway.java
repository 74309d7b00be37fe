/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real Pushgateway on a loopback port.
 *
 * <p>Without the program on the {@code PATH} the test is skipped, see {@link Tools#require}.
 */
public final class RealPushgateway implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Daemon daemon;
  private final URI uri;

  private RealPushgateway(Daemon daemon, URI uri) {
    this.daemon = daemon;
    this.uri = uri;
  }

  /** Starts a Pushgateway. */
  public static RealPushgateway start() {
    // The names of the project and of Debian.
    Path program = Tools.require("pushgateway", "prometheus-pushgateway");
    String address = "127.0.0.1:" + freePort();
    Daemon daemon =
        Daemon.start(
            Daemon.newFolder(), List.of(program.toString(), "--web.listen-address=" + address));
    RealPushgateway gateway = new RealPushgateway(daemon, URI.create("http://" + address));
    await("Pushgateway")
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(() -> gateway.get("/-/ready").statusCode() == 200);
    return gateway;
  }

  /** The program does not report the port that it bound, so it needs a known one. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(uri.resolve(path)).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the URL for the setting. */
  public URI uri() {
    return uri;
  }

  /** Returns the lines of the metrics page that begin with {@code prefix}. */
  public Stream<String> lines(String prefix) {
    return get("/metrics").body().lines().filter(line -> line.startsWith(prefix));
  }

  /** Returns the output of the program. */
  public String log() {
    return daemon.log();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
