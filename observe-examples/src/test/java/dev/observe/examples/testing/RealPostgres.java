/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.testing;

import dev.observe.testkit.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL server on a free loopback port, in a temporary folder. */
public final class RealPostgres implements AutoCloseable {
  private final Path folder;
  private final List<String> control;
  private final int port;

  private RealPostgres(Path folder, List<String> control, int port) {
    this.folder = folder;
    this.control = control;
    this.port = port;
  }

  /** Starts a server; without the program the test is skipped, but in CI it fails. */
  public static RealPostgres start() {
    String initdb = Tools.require("initdb").toString();
    String control = Tools.require("pg_ctl").toString();
    try {
      Path folder = Files.createTempDirectory("observe-postgres");
      Path data = Files.createDirectory(folder.resolve("data"));
      List<String> user = List.of();
      // The server refuses to run as root; its package makes this user.
      if (System.getProperty("user.name", "").equals("root")) {
        user = List.of("runuser", "-u", "postgres", "--");
        run(List.of("chown", "-R", "postgres", folder.toString()));
      }
      int port = freePort();
      run(with(user, initdb, "-D", data.toString(), "-A", "trust", "-U", "postgres", "--no-sync"));
      List<String> server = with(user, control, "-D", data.toString(), "-w");
      run(
          with(
              server,
              "-l",
              folder.resolve("log.txt").toString(),
              "-o",
              "-c listen_addresses=127.0.0.1 -c fsync=off -p " + port + " -k " + folder,
              "start"));
      return new RealPostgres(folder, server, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the URL of its database. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  @Override
  public void close() {
    run(with(control, "-m", "immediate", "stop"));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  private static void run(List<String> command) {
    Tools.Result result = Tools.run("", command);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(command + ": " + result.output());
    }
  }
}
