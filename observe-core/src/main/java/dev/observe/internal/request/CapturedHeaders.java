/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.common.AttributeKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The headers that are added to spans; none by default. */
record CapturedHeaders(List<CapturedHeaders.Header> headers) {
  /** Credentials, which are never captured (promise P13). */
  private static final Set<String> NEVER =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  /** The maximum number of values of one header. */
  private static final int MAX_VALUES = 16;

  private static final Logger LOGGER = System.getLogger(CapturedHeaders.class.getName());

  /** A header and the attribute for it. */
  record Header(String name, AttributeKey<List<String>> key) {}

  static CapturedHeaders from(Settings settings, Setting<List<String>> property, String prefix) {
    List<Header> headers = new ArrayList<>();
    for (String name : settings.get(property)) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (NEVER.contains(lowerCase)) {
        LOGGER.log(
            Level.WARNING,
            "{0} contains {1}, which is a credential and is never captured.",
            property.name(),
            lowerCase);
      } else {
        headers.add(new Header(name, AttributeKey.stringArrayKey(prefix + lowerCase)));
      }
    }
    return new CapturedHeaders(List.copyOf(headers));
  }

  static List<String> clean(Iterator<String> values) {
    List<String> cleaned = new ArrayList<>();
    while (values.hasNext() && cleaned.size() < MAX_VALUES) {
      cleaned.add(SafeText.attribute(values.next()));
    }
    return cleaned;
  }
}
