/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.config.Settings.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where metrics are pushed for want of somebody who scrapes them, and how often. */
public final class PushgatewaySettings {
  /** The property of the URL: that of a Pushgateway, with its user and password if it asks. */
  public static final String URL = "observe.metrics.pushgateway";

  private static final String JOB = "observe.metrics.pushgateway.job";
  private static final String INSTANCE = "observe.metrics.pushgateway.instance";
  private static final String INTERVAL = "observe.metrics.pushgateway.interval";

  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

  /** What needs no encoding in a path, and is no step within it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]*");

  private final URI url;
  private final @Nullable String job;
  private final @Nullable String instance;
  private final Duration interval;

  private PushgatewaySettings(
      URI url, @Nullable String job, @Nullable String instance, Duration interval) {
    this.url = url;
    this.job = job;
    this.instance = instance;
    this.interval = interval;
  }

  /**
   * Returns what is set, or null if nothing is to be pushed.
   *
   * @throws IllegalArgumentException if the URL is none, or the interval too short
   */
  public static @Nullable PushgatewaySettings of(Settings settings) {
    Setting url = settings.find(URL);
    Duration interval = settings.duration(INTERVAL, Duration.ZERO);
    Setting setting = settings.find(INTERVAL);
    if (setting != null && !interval.isZero() && interval.compareTo(MIN_INTERVAL) < 0) {
      throw setting.error("must be 0 or at least 1s", "the default is 0: only at the end");
    }
    return url == null
        ? null
        : new PushgatewaySettings(url(url), settings.text(JOB), settings.text(INSTANCE), interval);
  }

  private static URI url(Setting setting) {
    try {
      URI uri = new URI(setting.value());
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, with the rule.
    }
    throw setting.error(
        "must be an http:// or https:// URL with a host and without a query",
        "for example http://pushgateway:9091");
  }

  /**
   * Returns where the metrics of a service go: its group. No user and no password are in it.
   *
   * @param service the job, unless the settings name another
   */
  public URI group(String service) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    String group = "/metrics" + label("job", job == null ? service : job);
    if (instance != null) {
      group += label("instance", instance);
    }
    return URI.create(url.getScheme() + "://" + url.getHost() + port + path + group);
  }

  /** A Pushgateway reads a value with a slash, or anything odd, as base64 only. */
  private static String label(String name, String value) {
    if (PLAIN.matcher(value).matches()) {
      return "/" + name + "/" + value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return "/" + name + "@base64/" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns what the header {@code Authorization} is to say, or null if the URL has no user. */
  public @Nullable String authorization() {
    String user = url.getUserInfo();
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the time from one push to the next; zero means none but the last. */
  public Duration interval() {
    return interval;
  }
}
