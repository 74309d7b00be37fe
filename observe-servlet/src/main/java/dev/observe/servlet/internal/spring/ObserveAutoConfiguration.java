/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.spring;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.config.Setting;
import dev.observe.internal.request.PathPattern;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObserveFilterBuilder;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import dev.observe.servlet.internal.SpringBoot;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Adds an {@link ObserveFilter} to an application of Spring Boot, and starts the handles that it
 * needs. {@code observe.auto=false} disables it.
 *
 * <p>Spring Boot finds it by the file {@code AutoConfiguration.imports}. It uses only classes that
 * Spring Boot 3.5 and 4 have in the same package, and names the others.
 */
@AutoConfiguration(
    afterName = {
      // Spring Boot 3
      "org.springframework.boot.actuate.autoconfigure.metrics.export.prometheus"
          + ".PrometheusMetricsExportAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration",
      // Spring Boot 4
      "org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus"
          + ".PrometheusMetricsExportAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure"
          + ".OpenTelemetryTracingAutoConfiguration",
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
      // OpenTelemetry's own starter
      "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration"
    })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public final class ObserveAutoConfiguration {
  /** After Spring's filters for encoding, forwarded headers and observations; before security. */
  static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

  private static final String ENDPOINT =
      "org.springframework.boot.actuate.endpoint.annotation.Endpoint";
  private static final String MICROMETER_TRACER = "io.micrometer.tracing.Tracer";
  private static final String MICROMETER_REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

  ObserveAutoConfiguration() {}

  /** Present without a filter too: then the filter of a WAR must not start either. */
  @Bean
  ServletContextInitializer observeServletContext(
      Environment environment, ListableBeanFactory beans) {
    PathPattern actuator = ClassUtils.isPresent(ENDPOINT, null) ? actuator(environment) : null;
    boolean tracesObservations = ApplicationBeans.has(beans, MICROMETER_TRACER);
    return new SpringBoot(actuator, tracesObservations)::addTo;
  }

  /** Returns the paths of the actuator, or null if its requests are measured. */
  private static @Nullable PathPattern actuator(Environment environment) {
    String base =
        trimmed(environment.getProperty("management.endpoints.web.base-path", "/actuator"));
    // At the root its paths are not known from those of the application.
    if (base.isEmpty() || SpringSettings.of(environment).all().get(Setting.ACTUATOR)) {
      return null;
    }
    return PathPattern.parse(
        trimmed(environment.getProperty("spring.mvc.servlet.path", "")) + base + "/**");
  }

  private static String trimmed(String path) {
    String end = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return end.isEmpty() || end.startsWith("/") ? end : '/' + end;
  }

  /** The beans that {@code observe.auto=false} leaves out. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(OnAuto.class)
  static final class Started {
    Started() {}

    @Bean(destroyMethod = "close")
    SpringHandles observeHandles(Environment environment) {
      return new SpringHandles(SpringSettings.of(environment));
    }

    // The handles close both.
    @Bean(destroyMethod = "")
    @Conditional(OnNoOpenTelemetry.class)
    @ConditionalOnMissingBean
    Tracing observeTracing(SpringHandles handles) {
      return handles.startTracing();
    }

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Metrics observeMetrics(
        SpringHandles handles,
        ObjectProvider<PrometheusRegistry> registry,
        ListableBeanFactory beans) {
      // An application with its own OpenTelemetry may want to set the global one itself.
      boolean global = !ApplicationBeans.trace(beans);
      PrometheusRegistry served = registry.getIfAvailable();
      return served == null
          ? handles.startMetrics(global)
          : handles.startMetrics(served, global, !ApplicationBeans.has(beans, MICROMETER_REGISTRY));
    }

    @Bean
    @ConditionalOnMissingBean(
        value = {ObserveFilter.class, TracingFilter.class, RequestMetricsFilter.class},
        parameterizedContainer = FilterRegistrationBean.class)
    FilterRegistrationBean<ObserveFilter> observeFilter(
        SpringHandles handles,
        ObjectProvider<Tracing> tracing,
        ObjectProvider<OpenTelemetry> openTelemetry,
        Metrics metrics) {
      Tracing own = tracing.getIfAvailable();
      ObserveFilterBuilder builder =
          ObserveFilter.builder(
              own == null ? openTelemetry.getObject() : own.openTelemetry(), metrics.registry());
      handles.settings().properties().forEach(builder::property);
      handles.awaitRequestsOf(metrics.registry());
      FilterRegistrationBean<ObserveFilter> filter = new FilterRegistrationBean<>(builder.build());
      filter.setOrder(FILTER_ORDER);
      filter.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
      return filter;
    }
  }
}
