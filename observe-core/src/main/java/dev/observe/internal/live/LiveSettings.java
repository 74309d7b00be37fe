/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the live page.
 *
 * @param maxTraces the most recent traces to keep
 * @param maxBytes the most bytes of all traces, estimated
 * @param traceUrl the address of a trace in another tool, with a placeholder for its id, or null
 */
public record LiveSettings(int maxTraces, long maxBytes, @Nullable String traceUrl) {
  static final String TRACE_ID = "{traceId}";

  /**
   * Reads and validates the settings.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public static LiveSettings of(Settings settings) {
    SettingValue url = settings.find(Setting.LIVE_TRACE_URL);
    if (url != null
        && !(url.value().matches("https?://[^\\s/]+.*") && url.value().contains(TRACE_ID))) {
      throw url.error(
          "must be an http:// or https:// URL that contains " + TRACE_ID,
          "for example http://localhost:16686/trace/" + TRACE_ID);
    }
    return new LiveSettings(
        settings.get(Setting.LIVE_MAX_TRACES).intValue(),
        settings.get(Setting.LIVE_MAX_BYTES),
        url == null ? null : url.value());
  }
}
