/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.config.Setting;
import dev.observe.internal.exposition.TextPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the scrape targets of this process and its fleet in the JSON of Prometheus: in a file
 * for {@code file_sd_configs}, and at {@code /sd} for {@code http_sd_configs}.
 */
public final class Discovery implements TextPage.Source, AutoCloseable {
  private final String service;
  private final DiscoverySettings settings;

  /** Null until the endpoint has a port. */
  private volatile @Nullable URI endpoint;

  /**
   * Creates a discovery without a target of its process, until {@link #start}.
   *
   * @param service the label {@code service_name} of the target
   */
  public Discovery(String service, DiscoverySettings settings) {
    this.service = service;
    this.settings = settings;
  }

  /**
   * Publishes the endpoint as a target, and writes the file if one is configured.
   *
   * @param bound the URI of the page
   * @throws UncheckedIOException if the file cannot be written
   */
  public void start(URI bound) {
    endpoint = bound;
    Path file = settings.file();
    if (file == null) {
      return;
    }
    try {
      Path absolute = file.toAbsolutePath();
      Path folder = absolute.getParent();
      Path temporary = Files.createTempFile(folder, ".observe-sd", ".tmp");
      Files.writeString(temporary, ownTarget(bound));
      try {
        // Prometheus watches the folder, and must not read an incomplete file.
        Files.move(
            temporary,
            absolute,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          Setting.DISCOVERY_FILE.name()
              + " must be a file in a writable folder, was '"
              + file
              + "' ("
              + e
              + "); create the folder, or set another file",
          e);
    }
  }

  @Override
  public TextPage.Response respond(List<String> names) {
    URI bound = endpoint;
    JsonText json = new JsonText().beginArray();
    if (bound != null) {
      target(json, bound);
    }
    if (!settings.fleet().isEmpty()) {
      group(json, settings.fleet(), Map.of());
    }
    return new TextPage.Response(200, "application/json", json.endArray() + "\n");
  }

  private String ownTarget(URI bound) {
    JsonText json = new JsonText().beginArray();
    target(json, bound);
    return json.endArray() + "\n";
  }

  private void target(JsonText json, URI bound) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("service_name", service);
    labels.put("__metrics_path__", bound.getPath());
    labels.put("__scheme__", bound.getScheme());
    group(json, List.of(settings.address(bound)), labels);
  }

  private static void group(JsonText json, List<String> targets, Map<String, String> labels) {
    json.beginObject().name("targets").beginArray();
    targets.forEach(json::value);
    json.endArray().member("labels", labels).endObject();
  }

  /** Removes the file, unless another process has replaced it. */
  @Override
  public void close() {
    Path file = settings.file();
    URI bound = endpoint;
    endpoint = null;
    if (file == null || bound == null) {
      return;
    }
    try {
      if (Files.exists(file) && Files.readString(file).equals(ownTarget(bound))) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.getLogger(Discovery.class.getName())
          .log(System.Logger.Level.WARNING, "Cannot remove {0}: {1}", file, e.toString());
    }
  }

  /** Returns the host name of this machine, or localhost. */
  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
