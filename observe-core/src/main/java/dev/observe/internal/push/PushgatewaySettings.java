/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.push;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.Urls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URL of a Pushgateway, the group of the pushed metrics, and the interval. */
public final class PushgatewaySettings {
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

  /** Label values that need no encoding in a path and are no relative path segment. */
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
   * Returns the settings, or null if no URL is set.
   *
   * @throws IllegalArgumentException if the URL is not valid or the interval is too short
   */
  public static @Nullable PushgatewaySettings of(Settings settings) {
    URI url = settings.optional(Setting.PUSHGATEWAY);
    Duration interval = settings.get(Setting.PUSHGATEWAY_INTERVAL);
    SettingValue set = settings.find(Setting.PUSHGATEWAY_INTERVAL);
    if (set != null && !interval.isZero() && interval.compareTo(MIN_INTERVAL) < 0) {
      throw set.error("must be 0 or at least 1s", "the default is 0: only at the end");
    }
    return url == null
        ? null
        : new PushgatewaySettings(
            url,
            settings.text(Setting.PUSHGATEWAY_JOB),
            settings.text(Setting.PUSHGATEWAY_INSTANCE),
            interval);
  }

  /**
   * Returns the URL of the group of a service's metrics, without user and password.
   *
   * @param service the job unless a setting names another
   */
  public URI group(String service) {
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceFirst("/+$", "");
    String group = "/metrics" + label("job", job == null ? service : job);
    if (instance != null) {
      group += label("instance", instance);
    }
    return URI.create(Urls.base(url) + path + group);
  }

  /** Encodes special characters as base64, the only form in which a Pushgateway accepts a slash. */
  private static String label(String name, String value) {
    if (PLAIN.matcher(value).matches()) {
      return "/" + name + "/" + value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return "/" + name + "@base64/" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the header {@code Authorization}, or null if the URL has no user. */
  public @Nullable String authorization() {
    String user = url.getUserInfo();
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the time between pushes; zero for the push on close only. */
  public Duration interval() {
    return interval;
  }
}
