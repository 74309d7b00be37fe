/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.config.Settings;
import dev.observe.config.Settings.Setting;
import dev.observe.pages.BuildInfo;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Sets up OpenTelemetry's autoconfiguration the same way for tracing and for metrics. */
final class SdkFactory {
  /** The conventions that resource, spans and metrics follow. */
  private static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0";

  private static final AttributeKey<String> SERVICE_INSTANCE_ID =
      AttributeKey.stringKey("service.instance.id");

  private static final AttributeKey<String> SERVICE_VERSION =
      AttributeKey.stringKey("service.version");

  /** One for the process, so that its spans and its metrics can be told to be of one instance. */
  private static final String INSTANCE_ID = UUID.randomUUID().toString();

  private static final String SERVICE_NAME = "otel.service.name";
  private static final String RESOURCE_ATTRIBUTES = "otel.resource.attributes";

  private SdkFactory() {}

  static String requireServiceName(String serviceName) {
    if (Objects.requireNonNull(serviceName, "serviceName").isBlank()) {
      throw new IllegalArgumentException(
          "serviceName must not be blank, was '"
              + serviceName
              + "'; name the application, such as \"shop\"");
    }
    return serviceName.trim();
  }

  /** Returns the code's part of the settings, with the service name where it has its say. */
  static Map<String, String> code(String serviceName, Map<String, String> properties) {
    Map<String, String> code = new HashMap<>(properties);
    // OTEL_SERVICE_NAME wins over OTEL_RESOURCE_ATTRIBUTES, but the environment over the code.
    Setting attributes = Settings.of(Map.of()).find(RESOURCE_ATTRIBUTES);
    if (attributes == null || !attributes.value().matches("(^|.*,)\\s*service\\.name\\s*=.*")) {
      code.put(SERVICE_NAME, serviceName);
    }
    return code;
  }

  static AutoConfiguredOpenTelemetrySdkBuilder builder(
      Map<String, String> code, Attributes resourceAttributes) {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> code)
        .addResourceCustomizer(
            (resource, config) -> resource(resource, resourceAttributes, buildInfo(code)));
  }

  /** Returns what the application's build stamped it with. */
  static BuildInfo buildInfo(Map<String, String> code) {
    return BuildInfo.find(Settings.of(code), Thread.currentThread().getContextClassLoader());
  }

  private static Resource resource(Resource configured, Attributes fromCode, BuildInfo build) {
    AttributesBuilder attributes = Attributes.builder().put(SERVICE_INSTANCE_ID, INSTANCE_ID);
    if (build.version() != null) {
      attributes.put(SERVICE_VERSION, build.version());
    }
    attributes.putAll(fromCode);
    // What system properties and the environment say comes last and wins.
    attributes.putAll(configured.getAttributes());
    return Resource.create(attributes.build(), SCHEMA_URL);
  }

  /**
   * Builds, and unwraps what autoconfiguration wraps.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  static OpenTelemetrySdk build(AutoConfiguredOpenTelemetrySdkBuilder builder) {
    try {
      return builder.build().getOpenTelemetrySdk();
    } catch (ConfigurationException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw cause;
      }
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
