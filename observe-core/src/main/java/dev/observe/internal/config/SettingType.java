/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The type of a setting: the conversion of its text, and the error if the text breaks the rule.
 *
 * <p>OpenTelemetry's autoconfiguration rejects most bad values too, but its messages do not name
 * the setting.
 *
 * @param reader returns null or throws, as parsers of numbers and paths do, if the rule is broken
 * @param fix the advice, in which {@value #DEFAULT} stands for the default of the setting
 */
record SettingType<T>(Function<SettingValue, @Nullable T> reader, String rule, String fix) {
  private static final String DEFAULT = "{default}";

  private static final List<String> SAMPLERS =
      List.of(
          "always_on",
          "always_off",
          "traceidratio",
          "parentbased_always_on",
          "parentbased_always_off",
          "parentbased_traceidratio");

  static final SettingType<String> TEXT = new SettingType<>(SettingValue::value, "", "");
  static final SettingType<Boolean> FLAG =
      new SettingType<>(SettingType::flag, "must be true or false", "the default is " + DEFAULT);

  /** Comma-separated entries, trimmed; empty ones are ignored. */
  static final SettingType<List<String>> LIST = new SettingType<>(SettingType::list, "", "");

  static final SettingType<List<String>> HEADERS = new SettingType<>(SettingType::headers, "", "");
  static final SettingType<Path> PEM_FILE =
      new SettingType<>(
          SettingType::readableFile,
          "must be a PEM file that can be read",
          "name an existing file, best by its full path");
  static final SettingType<InetAddress> LOCAL_ADDRESS =
      new SettingType<>(
          SettingType::localAddress,
          "must be a name or an address of this machine, without brackets",
          "the default is " + DEFAULT + "; 0.0.0.0 means all");
  static final SettingType<String> SAMPLER =
      new SettingType<>(
          SettingType::sampler,
          "must be one of " + String.join(", ", SAMPLERS),
          "the default is " + DEFAULT + "; a sampler of another name needs its jar");
  static final SettingType<String> JVM_METRICS =
      oneOf(
          "for the names of Prometheus's Java client, set none and register"
              + " io.prometheus:prometheus-metrics-instrumentation-jvm in the registry",
          "semconv",
          "none");
  static final SettingType<URI> OTLP_URL =
      new SettingType<>(
          text -> url(text, "credentials belong in otel.exporter.otlp.headers"),
          "must be an http:// or https:// URL with a host",
          "for example http://localhost:4318");
  static final SettingType<URI> PUSHGATEWAY_URL =
      new SettingType<>(
          text -> url(text, null),
          "must be an http:// or https:// URL with a host and without a query",
          "for example http://pushgateway:9091");

  /**
   * Returns the type of a setting that is one of a few words, of which the first is the default.
   */
  static SettingType<String> words(String... allowed) {
    return oneOf("the default is " + allowed[0], allowed);
  }

  private static SettingType<String> oneOf(String fix, String... allowed) {
    List<String> words = List.of(allowed);
    return new SettingType<>(
        text -> words.contains(text.value()) ? text.value() : null,
        "must be one of " + String.join(", ", words),
        fix);
  }

  static SettingType<Long> wholeNumber(long min, long max) {
    return new SettingType<>(
        text -> {
          long value = Long.parseLong(text.value());
          return value >= min && value <= max ? value : null;
        },
        "must be a whole number from " + min + " to " + max,
        "the default is " + DEFAULT);
  }

  /** Returns the type of a number of milliseconds, or of a number with the unit ms, s, m or h. */
  static SettingType<Duration> duration(String example) {
    return new SettingType<>(
        SettingType::readDuration,
        "must be a number of milliseconds, or one with the unit ms, s, m or h",
        "for example " + example);
  }

  /**
   * Returns the value.
   *
   * @param defaultText the default of the setting, for the message
   * @throws IllegalArgumentException naming the setting, the rule, the value, its source and a fix
   */
  T parse(SettingValue text, String defaultText) {
    T value;
    try {
      value = reader.apply(text);
    } catch (NumberFormatException | InvalidPathException e) {
      value = null;
    }
    if (value == null) {
      throw text.error(rule, fix.replace(DEFAULT, defaultText));
    }
    return value;
  }

  private static @Nullable Boolean flag(SettingValue text) {
    return switch (text.value().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static List<String> list(SettingValue text) {
    List<String> known = text.entries();
    if (known != null) {
      return known;
    }
    List<String> entries = new ArrayList<>();
    for (String entry : text.value().split(",", -1)) {
      if (!entry.isBlank()) {
        entries.add(entry.trim());
      }
    }
    return List.copyOf(entries);
  }

  private static List<String> headers(SettingValue text) {
    List<String> headers = list(text);
    for (String header : headers) {
      if (header.indexOf('=') < 1) {
        // Without the value: a header often holds a credential.
        throw new IllegalArgumentException(
            text.property()
                + " must be a list of name=value pairs with commas between them (from "
                + text.source()
                + "); for example authorization=Bearer%20abc");
      }
    }
    return headers;
  }

  private static @Nullable Duration readDuration(SettingValue text) {
    String value = text.value();
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    long amount = Long.parseLong(value.substring(0, digits));
    return switch (value.substring(digits).trim()) {
      case "", "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> seconds(amount, 60);
      case "h" -> seconds(amount, 3_600);
      default -> null;
    };
  }

  /** Returns the longest duration there is instead of an overflow. */
  private static Duration seconds(long amount, int factor) {
    return Duration.ofSeconds(amount > Long.MAX_VALUE / factor ? Long.MAX_VALUE : amount * factor);
  }

  /**
   * Returns a URL without a query and a fragment.
   *
   * @param queryFix advice for a URL with a query, or null if the rule mentions queries
   */
  private static @Nullable URI url(SettingValue text, @Nullable String queryFix) {
    URI uri;
    try {
      uri = new URI(text.value());
    } catch (URISyntaxException e) {
      return null;
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null) {
      return null;
    }
    if (uri.getRawQuery() == null && uri.getRawFragment() == null) {
      return uri;
    }
    if (queryFix != null) {
      throw text.error("must not have a query or a fragment", queryFix);
    }
    return null;
  }

  private static @Nullable Path readableFile(SettingValue text) {
    Path file = Path.of(text.value());
    return Files.isReadable(file) ? file : null;
  }

  private static @Nullable InetAddress localAddress(SettingValue text) {
    try {
      return text.value().matches(".*[\\s/\\[\\]@?#].*")
          ? null
          : InetAddress.getByName(text.value());
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static @Nullable String sampler(SettingValue text) {
    return SAMPLERS.contains(text.value()) || isProvided(text.value()) ? text.value() : null;
  }

  private static boolean isProvided(String sampler) {
    return ServiceLoader.load(ConfigurableSamplerProvider.class).stream()
        .anyMatch(provider -> provider.get().getName().equals(sampler));
  }
}
