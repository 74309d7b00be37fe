/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import dev.observe.Metrics;
import dev.observe.testkit.OtlpReceiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The started sample application, on free ports. */
final class Sample implements AutoCloseable {
  /** The web servers that the property {@code sample.servers} names. */
  static final List<Server> SERVERS =
      List.of(System.getProperty("sample.servers", "TOMCAT").split(",")).stream()
          .map(Server::valueOf)
          .toList();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final ConfigurableApplicationContext context;

  private Sample(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** A web server, with the class of its factory in each version of Spring Boot. */
  enum Server {
    TOMCAT(
        "org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory",
        "org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory"),
    JETTY(
        "org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory",
        "org.springframework.boot.jetty.servlet.JettyServletWebServerFactory"),
    UNDERTOW("org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory");

    private final List<String> factories;

    Server(String... factories) {
      this.factories = List.of(factories);
    }

    void addTo(GenericApplicationContext context) {
      for (String factory : factories) {
        try {
          context.registerBean("webServerFactory", Class.forName(factory));
          return;
        } catch (ClassNotFoundException e) {
          // That of another version.
        }
      }
      throw new IllegalStateException(this + " must be on the class path: " + factories);
    }
  }

  static Builder builder() {
    return new Builder();
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  <T> boolean hasBean(Class<T> type) {
    return context.getBeanNamesForType(type).length > 0;
  }

  String property(String name) {
    return context.getEnvironment().getProperty(name);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + property("local.server.port") + path);
  }

  HttpResponse<String> get(String path) {
    return send("GET", uri(path));
  }

  /** Returns the metrics of the page of observe. */
  String page() {
    return send("GET", bean(Metrics.class).uri()).body();
  }

  static HttpResponse<String> send(String method, URI uri) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(uri)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .timeout(Duration.ofSeconds(30))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + uri, e);
    }
  }

  @Override
  public void close() {
    context.close();
  }

  /** Sets up an application. */
  static final class Builder {
    private static final String BOOT = "org.springframework.boot.";

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> excluded = new ArrayList<>();
    private final List<Consumer<GenericApplicationContext>> beans = new ArrayList<>();
    private Server server = Server.TOMCAT;
    private boolean security;
    private boolean micrometerTracing;

    private Builder() {
      property("server.port", "0");
      property("otel.exporter.prometheus.port", "0");
      property("otel.traces.exporter", "none");
      property("spring.application.name", "sample shop");
      property("spring.main.banner-mode", "off");
      property("management.otlp.metrics.export.enabled", "false");
      property("management.prometheus.metrics.export.enabled", "false");
    }

    Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    /** Sends the spans to a collector. */
    Builder collector(OtlpReceiver collector) {
      return without("otel.traces.exporter")
          .property("otel.bsp.schedule.delay", "100")
          .property("otel.exporter.otlp.endpoint", collector.endpoint());
    }

    Builder without(String property) {
      properties.remove(property);
      return this;
    }

    Builder server(Server chosen) {
      this.server = chosen;
      return this;
    }

    Builder security(boolean on) {
      this.security = on;
      return this;
    }

    /** Leaves Micrometer's bridge to OpenTelemetry in, as if it were on the class path only now. */
    Builder micrometerTracing() {
      this.micrometerTracing = true;
      return property("management.tracing.sampling.probability", "1.0");
    }

    <T> Builder bean(Class<T> type, Supplier<T> bean) {
      return bean(type, context -> bean.get());
    }

    <T> Builder bean(Class<T> type, Function<ApplicationContext, T> bean) {
      beans.add(context -> context.registerBean(type, () -> bean.apply(context)));
      return this;
    }

    /** Starts the application; properties count as its command line. */
    Sample start() {
      SpringApplication application = new SpringApplication(SampleApplication.class);
      application.addInitializers(
          context -> {
            GenericApplicationContext generic = (GenericApplicationContext) context;
            server.addTo(generic);
            beans.forEach(bean -> bean.accept(generic));
          });
      return new Sample(application.run(arguments()));
    }

    String[] arguments() {
      // The names of Spring Boot 3 and 4; it ignores those that are not on the class path.
      if (security) {
        property("sample.security", "true");
      } else {
        excluded.add(BOOT + "autoconfigure.security.servlet.SecurityAutoConfiguration");
        excluded.add(BOOT + "autoconfigure.security.servlet.SecurityFilterAutoConfiguration");
        excluded.add(BOOT + "autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration");
        excluded.add(
            BOOT + "actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration");
        excluded.add(BOOT + "security.autoconfigure.SecurityAutoConfiguration");
        excluded.add(BOOT + "security.autoconfigure.UserDetailsServiceAutoConfiguration");
        excluded.add(
            BOOT
                + "security.autoconfigure.actuate.web.servlet"
                + ".ManagementWebSecurityAutoConfiguration");
        excluded.add(BOOT + "security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration");
        excluded.add(
            BOOT + "security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration");
      }
      // Each fails beside the other.
      if (server != Server.TOMCAT) {
        excluded.add(
            BOOT
                + "tomcat.autoconfigure.actuate.web.server"
                + ".TomcatServletManagementContextAutoConfiguration");
      }
      if (server != Server.JETTY) {
        excluded.add(
            BOOT
                + "jetty.autoconfigure.actuate.web.server"
                + ".JettyServletManagementContextAutoConfiguration");
      }
      if (!micrometerTracing) {
        excluded.add(BOOT + "actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration");
        excluded.add(
            BOOT
                + "micrometer.tracing.opentelemetry.autoconfigure"
                + ".OpenTelemetryTracingAutoConfiguration");
      }
      property("spring.autoconfigure.exclude", String.join(",", excluded));
      return properties.entrySet().stream()
          .map(property -> "--" + property.getKey() + "=" + property.getValue())
          .toArray(String[]::new);
    }
  }
}
