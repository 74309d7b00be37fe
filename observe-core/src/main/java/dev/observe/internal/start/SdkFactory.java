/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.pages.BuildInfo;
import dev.observe.internal.util.RateLimitedLog;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Configures OpenTelemetry's autoconfiguration in the same way for tracing and metrics. */
public final class SdkFactory {
  /** The version of the conventions of the resource, spans and metrics. */
  private static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0";

  private static final AttributeKey<String> SERVICE_INSTANCE_ID =
      AttributeKey.stringKey("service.instance.id");

  static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");

  /** One for the process, so that its spans and its metrics have the same instance. */
  private static final String INSTANCE_ID = newInstanceId();

  private static final String DECLARATIVE_CONFIGURATION =
      "io/opentelemetry/sdk/autoconfigure/declarativeconfig/DeclarativeConfiguration.class";

  private SdkFactory() {}

  /**
   * Returns a random UUID. It is not a secret, so the JDK's secure random, which takes 16 ms of a
   * cold start, is not needed.
   */
  private static String newInstanceId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long versionFour = (random.nextLong() & ~0xf000L) | 0x4000L;
    long variantTwo = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(versionFour, variantTwo).toString();
  }

  public static String requireServiceName(String serviceName) {
    if (Objects.requireNonNull(serviceName, "serviceName").isBlank()) {
      throw new IllegalArgumentException(
          "serviceName must not be blank, was '"
              + serviceName
              + "'; name the application, such as \"shop\"");
    }
    return serviceName.trim();
  }

  /**
   * Reads the settings of a handle.
   *
   * @param serviceName a default: the file and {@code otel.resource.attributes} override it
   */
  public static Settings settings(String serviceName, Map<String, String> properties) {
    Settings outside = Settings.of(Map.of());
    Map<String, String> code = new HashMap<>(properties);
    SettingValue attributes = outside.find(Setting.RESOURCE_ATTRIBUTES);
    // A file is written for one service, so its name overrides the name in the code. For
    // OpenTelemetry, a name in the code would override the one in OTEL_RESOURCE_ATTRIBUTES.
    if (outside.find(Setting.SERVICE_NAME) == null
        && (attributes == null
            || !attributes.value().matches("(^|.*,)\\s*service\\.name\\s*=.*"))) {
      code.put(Setting.SERVICE_NAME.name(), serviceName);
    }
    return outside.withCode(code);
  }

  /**
   * Returns whether a declarative configuration file describes the SDK, which then ignores all
   * properties and customizers.
   *
   * @throws IllegalArgumentException if the file cannot be used; the message of autoconfiguration
   *     would contain neither the setting nor its source
   */
  public static boolean isDeclarative(Settings settings) {
    SettingValue file = settings.find(Setting.DECLARATIVE_FILE);
    if (file == null) {
      return false;
    }
    if (SdkFactory.class.getClassLoader().getResource(DECLARATIVE_CONFIGURATION) == null) {
      throw file.error(
          "needs the jar io.opentelemetry:opentelemetry-sdk-extension-declarative-config",
          "add it to the class path, or use observe.config.file");
    }
    if (!file.source().startsWith("system property")
        && !file.source().startsWith("environment variable")) {
      throw file.error(
          "must be a system property or an environment variable",
          "OpenTelemetry reads it from no other source");
    }
    if (!Files.isReadable(Path.of(file.value()))) {
      throw file.error(
          "must be a YAML file that can be read", "name an existing file, best by its full path");
    }
    return true;
  }

  /** Returns the resource of metrics beside declarative spans, whose attributes take precedence. */
  public static Resource besideFile(
      String serviceName, Settings settings, Attributes resourceAttributes) {
    ProcessOpenTelemetry.Tracing tracing = ProcessOpenTelemetry.INSTANCE.tracing().current();
    Resource configured =
        Resource.getDefault()
            .merge(Resource.builder().put("service.name", serviceName).build())
            .merge(
                tracing == null
                    ? Resource.empty()
                    : ResourceFromFile.of(tracing.getTracerProvider()));
    return resource(configured, resourceAttributes, buildInfo(settings));
  }

  public static AutoConfiguredOpenTelemetrySdkBuilder builder(
      Settings settings, Attributes resourceAttributes, Consumer<Resource> onResource) {
    isDeclarative(settings);
    Map<String, String> properties = settings.forSdk();
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> properties)
        .addResourceCustomizer(
            (configured, config) -> {
              Resource resource = resource(configured, resourceAttributes, buildInfo(settings));
              onResource.accept(resource);
              return resource;
            });
  }

  /** Returns the build information of the application. */
  public static BuildInfo buildInfo(Settings settings) {
    return BuildInfo.find(settings, Thread.currentThread().getContextClassLoader());
  }

  private static Resource resource(Resource configured, Attributes fromCode, BuildInfo build) {
    AttributesBuilder attributes = Attributes.builder().put(SERVICE_INSTANCE_ID, INSTANCE_ID);
    if (build.version() != null) {
      attributes.put(SERVICE_VERSION, build.version());
    }
    attributes.putAll(fromCode);
    // System properties and the environment come last and override the others.
    attributes.putAll(configured.getAttributes());
    return Resource.create(attributes.build(), SCHEMA_URL);
  }

  /**
   * Builds the SDK, and unwraps the exceptions of autoconfiguration.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public static OpenTelemetrySdk build(
      Settings settings, AutoConfiguredOpenTelemetrySdkBuilder builder) {
    try {
      return builder.build().getOpenTelemetrySdk();
    } catch (ConfigurationException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw cause;
      }
      SettingValue file = settings.find(Setting.DECLARATIVE_FILE);
      throw file == null
          ? new IllegalArgumentException(message(e), e)
          : file.error(
              "must be a declarative configuration that OpenTelemetry can read", message(e));
    }
  }

  /** Autoconfiguration does not name the failure of a processor, sampler or customizer. */
  private static String message(ConfigurationException failure) {
    Throwable cause = failure.getCause();
    String message = String.valueOf(failure.getMessage());
    return cause == null ? message : message + ": " + RateLimitedLog.describe(cause);
  }
}
