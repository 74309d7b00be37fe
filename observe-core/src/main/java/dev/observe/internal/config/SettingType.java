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
import org.jspecify.annotations.Nullable;

/**
 * The type of a setting: its rule and the conversion of its text.
 *
 * <p>OpenTelemetry's autoconfiguration rejects most bad values too, but its messages do not name
 * the setting.
 */
abstract class SettingType<T> {
  static final SettingType<String> TEXT = new Text();
  static final SettingType<Boolean> FLAG = new Flag();
  static final SettingType<List<String>> LIST = new Entries();
  static final SettingType<List<String>> HEADERS = new Headers();
  static final SettingType<Path> PEM_FILE = new PemFile();
  static final SettingType<InetAddress> LOCAL_ADDRESS = new LocalAddress();
  static final SettingType<String> SAMPLER = new SamplerName();
  static final SettingType<String> OTLP_PROTOCOL = new Words("http/protobuf", "grpc");
  static final SettingType<String> JVM_METRICS =
      new Words(
          List.of("semconv", "none"),
          "for the names of Prometheus's Java client, set none and register"
              + " io.prometheus:prometheus-metrics-instrumentation-jvm in the registry");
  static final SettingType<URI> OTLP_URL =
      new Url(
          "must be an http:// or https:// URL with a host",
          "http://localhost:4318",
          "credentials belong in otel.exporter.otlp.headers");
  static final SettingType<URI> PUSHGATEWAY_URL =
      new Url(
          "must be an http:// or https:// URL with a host and without a query",
          "http://pushgateway:9091",
          null);

  /**
   * Returns the type of a setting that is one of a few words, of which the first is the default.
   */
  static SettingType<String> words(String... allowed) {
    return new Words(allowed);
  }

  /**
   * Returns the value.
   *
   * @param defaultText the default of the setting, for the message
   * @throws IllegalArgumentException naming the setting, the rule, the value, its source and a fix
   */
  abstract T parse(SettingValue text, String defaultText);

  static List<String> entries(String text) {
    List<String> entries = new ArrayList<>();
    for (String entry : text.split(",", -1)) {
      if (!entry.isBlank()) {
        entries.add(entry.trim());
      }
    }
    return List.copyOf(entries);
  }

  private static final class Text extends SettingType<String> {
    @Override
    String parse(SettingValue text, String defaultText) {
      return text.value();
    }
  }

  /** Comma-separated entries, trimmed; empty ones are ignored. */
  private static final class Entries extends SettingType<List<String>> {
    @Override
    List<String> parse(SettingValue text, String defaultText) {
      return text.entries() != null ? text.entries() : entries(text.value());
    }
  }

  private static final class Flag extends SettingType<Boolean> {
    @Override
    Boolean parse(SettingValue text, String defaultText) {
      return switch (text.value().toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw text.error("must be true or false", "the default is " + defaultText);
      };
    }
  }

  /** One of a few words, of which the first is the default. */
  private static final class Words extends SettingType<String> {
    private final List<String> allowed;
    private final String fix;

    Words(String... allowed) {
      this(List.of(allowed), "the default is " + allowed[0]);
    }

    Words(List<String> allowed, String fix) {
      this.allowed = allowed;
      this.fix = fix;
    }

    @Override
    String parse(SettingValue text, String defaultText) {
      if (!allowed.contains(text.value())) {
        throw text.error("must be one of " + String.join(", ", allowed), fix);
      }
      return text.value();
    }
  }

  static final class WholeNumber extends SettingType<Long> {
    private final long min;
    private final long max;

    WholeNumber(long min, long max) {
      this.min = min;
      this.max = max;
    }

    @Override
    Long parse(SettingValue text, String defaultText) {
      try {
        long value = Long.parseLong(text.value());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Reported below.
      }
      throw text.error(
          "must be a whole number from " + min + " to " + max, "the default is " + defaultText);
    }
  }

  /** A number of milliseconds, or a number with the unit ms, s, m or h. */
  static final class Length extends SettingType<Duration> {
    private final long exampleMillis;

    Length(long exampleMillis) {
      this.exampleMillis = exampleMillis;
    }

    @Override
    Duration parse(SettingValue text, String defaultText) {
      String value = text.value();
      int digits = 0;
      while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
        digits++;
      }
      try {
        long amount = Long.parseLong(value.substring(0, digits));
        return switch (value.substring(digits).trim()) {
          case "", "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> seconds(amount, 60);
          case "h" -> seconds(amount, 3_600);
          default -> throw new NumberFormatException();
        };
      } catch (NumberFormatException e) {
        throw text.error(
            "must be a number of milliseconds, or one with the unit ms, s, m or h",
            "for example " + exampleMillis);
      }
    }

    /** Returns the longest duration there is instead of an overflow. */
    private static Duration seconds(long amount, int factor) {
      return Duration.ofSeconds(
          amount > Long.MAX_VALUE / factor ? Long.MAX_VALUE : amount * factor);
    }
  }

  private static final class Url extends SettingType<URI> {
    private final String rule;
    private final String example;
    private final @Nullable String queryFix;

    /**
     * @param queryFix advice for a URL with a query, or null if the rule mentions queries
     */
    Url(String rule, String example, @Nullable String queryFix) {
      this.rule = rule;
      this.example = example;
      this.queryFix = queryFix;
    }

    @Override
    URI parse(SettingValue text, String defaultText) {
      try {
        URI uri = new URI(text.value());
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (http && uri.getHost() != null && bare) {
          return uri;
        }
        if (http && uri.getHost() != null && queryFix != null) {
          throw text.error("must not have a query or a fragment", queryFix);
        }
      } catch (URISyntaxException e) {
        // Reported below.
      }
      throw text.error(rule, "for example " + example);
    }
  }

  private static final class Headers extends SettingType<List<String>> {
    @Override
    List<String> parse(SettingValue text, String defaultText) {
      List<String> headers = entries(text.value());
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
  }

  private static final class PemFile extends SettingType<Path> {
    @Override
    Path parse(SettingValue text, String defaultText) {
      try {
        Path file = Path.of(text.value());
        if (Files.isReadable(file)) {
          return file;
        }
      } catch (InvalidPathException e) {
        // Reported below.
      }
      throw text.error(
          "must be a PEM file that can be read", "name an existing file, best by its full path");
    }
  }

  private static final class LocalAddress extends SettingType<InetAddress> {
    @Override
    InetAddress parse(SettingValue text, String defaultText) {
      if (!text.value().matches(".*[\\s/\\[\\]@?#].*")) {
        try {
          return InetAddress.getByName(text.value());
        } catch (UnknownHostException e) {
          // Reported below.
        }
      }
      throw text.error(
          "must be a name or an address of this machine, without brackets",
          "the default is " + defaultText + "; 0.0.0.0 means all");
    }
  }

  private static final class SamplerName extends SettingType<String> {
    private static final List<String> SPECIFIED =
        List.of(
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio");

    @Override
    String parse(SettingValue text, String defaultText) {
      if (!SPECIFIED.contains(text.value()) && !isProvided(text.value())) {
        throw text.error(
            "must be one of " + String.join(", ", SPECIFIED),
            "the default is " + defaultText + "; a sampler of another name needs its jar");
      }
      return text.value();
    }

    private static boolean isProvided(String sampler) {
      for (ConfigurableSamplerProvider provider :
          ServiceLoader.load(ConfigurableSamplerProvider.class)) {
        if (provider.getName().equals(sampler)) {
          return true;
        }
      }
      return false;
    }
  }
}
