/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.PathPattern;
import dev.observe.sampling.RouteRulesSampler.Rule;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates samplers from the settings. */
final class SamplerNames {
  private static final double MAX_PER_SECOND = 1_000_000;

  private SamplerNames() {}

  static Sampler rateLimited(ConfigProperties config) {
    String argument = config.getString(Setting.SAMPLER_ARGUMENT.name(), "");
    Double perSecond = number(argument);
    if (perSecond == null || perSecond <= 0 || perSecond > MAX_PER_SECOND) {
      throw error(
          Setting.SAMPLER_ARGUMENT,
          argument,
          "must be a number of traces per second above 0 for the sampler rate_limited",
          "10 samples at most ten traces per second");
    }
    return new RateLimitedSampler(perSecond, System::nanoTime);
  }

  static Sampler rules(ConfigProperties config) {
    String all = config.getString(Setting.SAMPLER_RULES.name(), "");
    List<Rule> rules = new ArrayList<>();
    for (String text : all.split(",", -1)) {
      int equals = text.lastIndexOf('=');
      Sampler decision = equals < 0 ? null : decision(text.substring(equals + 1).trim());
      if (decision == null) {
        throw badRules(all);
      }
      try {
        rules.add(
            new Rule(text.trim(), PathPattern.parse(text.substring(0, equals).trim()), decision));
      } catch (IllegalArgumentException e) {
        throw badRules(all);
      }
    }
    return new RouteRulesSampler(rules);
  }

  private static IllegalArgumentException badRules(String rules) {
    return error(
        Setting.SAMPLER_RULES,
        rules,
        "must be rules of the form pattern=decision with commas between them, where a decision is"
            + " always, never, a ratio from 0 to 1, or a number of traces per second such as 5/s",
        "for example /health=never, /api/**=0.1, /orders/*=5/s");
  }

  private static @Nullable Sampler decision(String text) {
    if (text.equals("always")) {
      return Sampler.alwaysOn();
    }
    if (text.equals("never")) {
      return Sampler.alwaysOff();
    }
    boolean rate = text.endsWith("/s");
    Double number = number(rate ? text.substring(0, text.length() - 2) : text);
    if (number == null || number < 0) {
      return null;
    }
    if (rate) {
      return number > 0 && number <= MAX_PER_SECOND
          ? new RateLimitedSampler(number, System::nanoTime)
          : null;
    }
    return number <= 1 ? Sampler.traceIdRatioBased(number) : null;
  }

  private static @Nullable Double number(String text) {
    try {
      double number = Double.parseDouble(text.trim());
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Reads the settings again for the source, which autoconfiguration does not provide. */
  private static IllegalArgumentException error(
      Setting<String> setting, String value, String rule, String fix) {
    SettingValue found = Settings.of(Map.of()).find(setting);
    return (found != null ? found : new SettingValue(setting.name(), value, "code"))
        .error(rule, fix);
  }
}
