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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the scrape targets of this process and its fleet in the JSON of Prometheus: in a file
 * for {@code file_sd_configs}, and at {@code /sd} for {@code http_sd_configs}.
 */
public final class Discovery implements TextPage.Source, AutoCloseable {
  static final String PATH = "/sd";

  private final String service;
  private final DiscoverySettings settings;

  /** Null until the page can be reached. */
  private volatile @Nullable URI endpoint;

  /**
   * Creates a discovery without a target of its process, until {@link #publish}.
   *
   * @param service the label {@code service_name} of the target
   */
  public Discovery(String service, DiscoverySettings settings) {
    this.service = service;
    this.settings = settings;
  }

  /**
   * Publishes the page as a target instead of an earlier one, and writes the file if one is
   * configured.
   *
   * @param page the URI of the page
   * @throws UncheckedIOException if the file cannot be written
   */
  public void publish(URI page) {
    endpoint = page;
    Path file = settings.file();
    if (file == null) {
      return;
    }
    try {
      Path absolute = file.toAbsolutePath();
      Path folder = absolute.getParent();
      Path temporary = Files.createTempFile(folder, ".observe-sd", ".tmp");
      Files.writeString(temporary, ownTarget(page));
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
    return response(targets());
  }

  static TextPage.Response response(Collection<String> targets) {
    return new TextPage.Response(200, "application/json", array(targets));
  }

  /** Returns the page and the configured fleet as JSON objects. */
  public List<String> targets() {
    URI page = endpoint;
    List<String> targets = new ArrayList<>();
    if (page != null) {
      targets.add(target(page));
    }
    if (!settings.fleet().isEmpty()) {
      targets.add(group(settings.fleet(), Map.of()));
    }
    return targets;
  }

  private String ownTarget(URI page) {
    return array(List.of(target(page)));
  }

  private String target(URI page) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("service_name", service);
    labels.put("__metrics_path__", page.getPath());
    labels.put("__scheme__", page.getScheme());
    return group(List.of(settings.address(page)), labels);
  }

  private static String group(List<String> targets, Map<String, String> labels) {
    JsonText json = new JsonText().beginObject().name("targets").beginArray();
    targets.forEach(json::value);
    return json.endArray().member("labels", labels).endObject().toString();
  }

  private static String array(Collection<String> objects) {
    return "[" + String.join(",", objects) + "]\n";
  }

  /** Removes the file, unless another process has replaced it. */
  @Override
  public void close() {
    Path file = settings.file();
    URI page = endpoint;
    endpoint = null;
    if (file == null || page == null) {
      return;
    }
    try {
      if (Files.exists(file) && Files.readString(file).equals(ownTarget(page))) {
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
