/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of settings: those that observe reads or gives a default, and the most common ones of
 * OpenTelemetry. Validation, the Doctor, the short keys of a file, the check of names and
 * docs/settings.md all read this table.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> extends SettingRow<T> {
  private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();

  public static final Setting<String> CONFIG_FILE =
      text(Section.GENERAL, "observe.config.file")
          .describeDefault("`observe.properties` on the class path")
          .doc("File of settings; all other sources override it.");
  public static final Setting<String> DECLARATIVE_FILE =
      text(Section.GENERAL, "otel.config.file")
          .doc(
              "OpenTelemetry's declarative configuration, which replaces all other settings of"
                  + " spans and their queue. Needs the jar"
                  + " `opentelemetry-sdk-extension-declarative-config`. Only a system property or"
                  + " an environment variable.");
  public static final Setting<String> SERVICE_NAME =
      text(Section.GENERAL, "otel.service.name")
          .describeDefault("the name in the code")
          .shortKey("name")
          .doc("Name of the application in every backend.");
  public static final Setting<String> RESOURCE_ATTRIBUTES =
      text(Section.GENERAL, "otel.resource.attributes")
          .doc("Further attributes of the application: comma-separated `key=value` pairs.");
  public static final Setting<Boolean> SDK_DISABLED =
      flag(Section.GENERAL, "otel.sdk.disabled", "false")
          .doc("`true` makes no spans and pushes no metrics.");
  public static final Setting<String> PROPAGATORS =
      text(Section.GENERAL, "otel.propagators", "tracecontext,baggage")
          .doc("Formats in which context travels between services.");
  public static final Setting<String> LOGS_EXPORTER =
      text(Section.GENERAL, "otel.logs.exporter", "none")
          .doc("Exporter of log records, such as `otlp`.");
  public static final Setting<Boolean> MDC =
      flag(Section.GENERAL, "observe.mdc", "true")
          .doc("Puts `trace_id` and `span_id` into SLF4J's MDC if SLF4J is on the class path.");
  public static final Setting<Boolean> AUTO =
      flag(Section.GENERAL, "observe.auto", "true")
          .doc("`false` adds no filter to a WAR or a Spring Boot application automatically.");
  public static final Setting<String> BUILD_VERSION =
      text(Section.GENERAL, "observe.build.version")
          .describeDefault("the build's stamp")
          .doc("Version in /version, `build_info` and the resource.");
  public static final Setting<String> BUILD_DATE =
      text(Section.GENERAL, "observe.build.date")
          .describeDefault("the build's stamp")
          .doc("Date of the build.");
  public static final Setting<String> BUILD_REVISION =
      text(Section.GENERAL, "observe.build.revision")
          .describeDefault("the build's stamp")
          .doc("Revision of the sources.");

  public static final Setting<String> TRACES_EXPORTER =
      text(Section.EXPORT, "otel.traces.exporter", "otlp")
          .shortKey("batcher")
          .doc("Exporters of spans: `otlp`, `console`, `none`, or several, comma-separated.");
  public static final Setting<URI> OTLP_ENDPOINT =
      of(Section.EXPORT, "otel.exporter.otlp.endpoint", SettingType.OTLP_URL)
          .defaultsTo("http://localhost:4318")
          .shortKey("endpoint")
          .doc("Base URL of the collector, to which `/v1/traces` is appended.");
  public static final Setting<URI> OTLP_TRACES_ENDPOINT =
      of(Section.EXPORT, "otel.exporter.otlp.traces.endpoint", SettingType.OTLP_URL)
          .doc("Full URL for spans, to which nothing is appended.");
  public static final Setting<String> OTLP_PROTOCOL =
      words(Section.EXPORT, "otel.exporter.otlp.protocol", "http/protobuf", "grpc")
          .replacesSdkDefault()
          .doc("`http/protobuf`, or `grpc` with a gRPC sender on the class path.")
          .alsoForSpans();
  public static final Setting<List<String>> OTLP_HEADERS =
      of(Section.EXPORT, "otel.exporter.otlp.headers", SettingType.HEADERS)
          .doc("Headers of each request: comma-separated `name=value` pairs.")
          .alsoForSpans();
  public static final Setting<Duration> OTLP_TIMEOUT =
      duration(Section.EXPORT, "otel.exporter.otlp.timeout", "10000")
          .doc("Time limit of one request, in ms.")
          .alsoForSpans();
  public static final Setting<String> OTLP_COMPRESSION =
      words(Section.EXPORT, "otel.exporter.otlp.compression", "none", "gzip")
          .doc("`gzip` or `none`.")
          .alsoForSpans();
  public static final Setting<Path> OTLP_CERTIFICATE =
      of(Section.EXPORT, "otel.exporter.otlp.certificate", SettingType.PEM_FILE)
          .describeDefault("the JVM's authorities")
          .doc("PEM file of the authorities that sign the collector's certificate.")
          .alsoForSpans();
  public static final Setting<Path> OTLP_CLIENT_CERTIFICATE =
      of(Section.EXPORT, "otel.exporter.otlp.client.certificate", SettingType.PEM_FILE)
          .doc("PEM file of the client's certificate.")
          .alsoForSpans();
  public static final Setting<Path> OTLP_CLIENT_KEY =
      of(Section.EXPORT, "otel.exporter.otlp.client.key", SettingType.PEM_FILE)
          .doc("PEM file of the client's private key.")
          .alsoForSpans();

  public static final Setting<String> PROCESSOR =
      words(Section.QUEUE, "observe.traces.processor", "batch", "simple")
          .doc("`simple` exports each span when it ends; the thread that ended it waits.");
  public static final Setting<Duration> SCHEDULE_DELAY =
      duration(Section.QUEUE, "otel.bsp.schedule.delay", "5000")
          .doc("Longest wait of a span for its batch to fill, in ms.");
  public static final Setting<Long> MAX_QUEUE_SPANS =
      number(Section.QUEUE, "otel.bsp.max.queue.size", 1, Integer.MAX_VALUE, 65_536)
          .doc("Most spans in the queue.");
  public static final Setting<Long> MAX_BATCH_SPANS =
      number(Section.QUEUE, "otel.bsp.max.export.batch.size", 1, Integer.MAX_VALUE, 512)
          .doc("Most spans in one request.");
  public static final Setting<Duration> EXPORT_TIMEOUT =
      duration(Section.QUEUE, "otel.bsp.export.timeout", "30000")
          .doc("Time limit of one attempt to export a batch, in ms.");
  public static final Setting<Long> MAX_QUEUE_BYTES =
      number(Section.QUEUE, "observe.traces.max-queue-bytes", 65_536, Integer.MAX_VALUE, 67_108_864)
          .doc("Most bytes of the spans in the queue, estimated.");
  public static final Setting<String> SPOOL_DIRECTORY =
      text(Section.QUEUE, "observe.spool.directory")
          .doc("Directory that holds spans until the collector has acknowledged them.");
  public static final Setting<Long> SPOOL_MAX_BYTES =
      number(Section.QUEUE, "observe.spool.max.bytes", 1_048_576, Long.MAX_VALUE, 268_435_456)
          .doc("Most bytes of all files in that directory.");

  public static final Setting<String> SAMPLER =
      of(Section.SAMPLING, "otel.traces.sampler", SettingType.SAMPLER)
          .defaultsTo("parentbased_always_on")
          .shortKey("sampler")
          .doc(
              "Chooses the traces to keep: one of the specification's samplers, `rate_limited` or"
                  + " `rules`; the last two also with the prefix `parentbased_`.");
  public static final Setting<String> SAMPLER_ARGUMENT =
      text(Section.SAMPLING, "otel.traces.sampler.arg")
          .doc("Ratio from 0 to 1 for the ratio samplers; traces a second for `rate_limited`.");
  public static final Setting<String> SAMPLER_RULES =
      text(Section.SAMPLING, "observe.traces.rules")
          .doc("Rules of `rules`, such as `/health=never, /api/**=0.1, /orders/*=5/s`.");
  public static final Setting<Duration> SLOW_THRESHOLD =
      duration(Section.SAMPLING, "observe.traces.slow-threshold", "1s")
          .doc("Duration from which a request that the sampler dropped is recorded as slow.");
  public static final Setting<Long> DROPPED_REQUESTS_BYTES =
      number(Section.SAMPLING, "observe.traces.dropped-requests-bytes", 0, 64 * 1024 * 1024, 65_536)
          .doc("Most bytes of the records of slow and failed dropped requests; `0` for none.");

  public static final Setting<Long> ATTRIBUTE_LENGTH_LIMIT =
      number(Section.LIMITS, "otel.attribute.value.length.limit", 0, Integer.MAX_VALUE, 1_024)
          .replacesSdkDefault()
          .doc("Length to which attribute values are truncated.");
  public static final Setting<Long> ATTRIBUTE_COUNT_LIMIT =
      number(Section.LIMITS, "otel.span.attribute.count.limit", 1, Integer.MAX_VALUE, 64)
          .replacesSdkDefault()
          .doc("Most attributes of a span.");
  public static final Setting<Long> EVENT_COUNT_LIMIT =
      number(Section.LIMITS, "otel.span.event.count.limit", 1, Integer.MAX_VALUE, 128)
          .doc("Most events of a span.");
  public static final Setting<Long> LINK_COUNT_LIMIT =
      number(Section.LIMITS, "otel.span.link.count.limit", 1, Integer.MAX_VALUE, 128)
          .doc("Most links of a span.");

  public static final Setting<InetAddress> ENDPOINT_HOST =
      of(Section.ENDPOINT, "otel.exporter.prometheus.host", SettingType.LOCAL_ADDRESS)
          .defaultsTo("127.0.0.1")
          .doc("Address on which the endpoint listens; `0.0.0.0` for all.");
  public static final Setting<Long> ENDPOINT_PORT =
      number(Section.ENDPOINT, "otel.exporter.prometheus.port", 0, 65_535, 2_112)
          .doc(
              "Port of the endpoint, which the applications of a JVM share; `0` for any free port.");
  public static final Setting<List<String>> ALLOWED_HOSTS =
      list(Section.ENDPOINT, "observe.metrics.allowed-hosts")
          .doc(
              "Host names besides `localhost` that requests may name while the endpoint listens on"
                  + " loopback without authentication; `*` for any.");
  public static final Setting<String> USER =
      text(Section.ENDPOINT, "observe.metrics.user")
          .doc("User of basic authentication; requires the password.");
  public static final Setting<String> PASSWORD =
      text(Section.ENDPOINT, "observe.metrics.password").secret().doc("Password of that user.");
  public static final Setting<String> BEARER_TOKEN =
      text(Section.ENDPOINT, "observe.metrics.bearer-token")
          .secret()
          .doc("Token that grants access; with a user set too, either is enough.");
  public static final Setting<String> TLS_CERTIFICATE =
      text(Section.ENDPOINT, "observe.metrics.tls.certificate")
          .doc("PEM file of the endpoint's certificate, for HTTPS; requires the key.");
  public static final Setting<String> TLS_KEY =
      text(Section.ENDPOINT, "observe.metrics.tls.key")
          .doc("PEM file of its private key (PKCS#8, not encrypted).");
  public static final Setting<String> TLS_KEY_STORE =
      text(Section.ENDPOINT, "observe.metrics.tls.key-store")
          .doc("PKCS12 or JKS file instead of certificate and key; requires its password.");
  public static final Setting<String> TLS_KEY_STORE_PASSWORD =
      text(Section.ENDPOINT, "observe.metrics.tls.key-store-password")
          .secret()
          .doc("Password of that key store.");
  public static final Setting<Boolean> PAGES =
      flag(Section.ENDPOINT, "observe.metrics.pages", "true")
          .doc("`false` serves /metrics and no other page.");
  public static final Setting<Boolean> LIVE =
      flag(Section.ENDPOINT, "observe.live", "false")
          .shortKey("live")
          .doc("`true` serves the live page at /live/ and keeps recent traces for it.");
  public static final Setting<Long> LIVE_MAX_TRACES =
      number(Section.ENDPOINT, "observe.live.max-traces", 10, 100_000, 1_000)
          .doc("Most recent traces that the live page keeps.");
  public static final Setting<Long> LIVE_MAX_BYTES =
      number(Section.ENDPOINT, "observe.live.max-bytes", 1_048_576, Integer.MAX_VALUE, 16_777_216)
          .doc("Most bytes of all traces that the live page keeps, estimated.");
  public static final Setting<String> LIVE_TRACE_URL =
      text(Section.ENDPOINT, "observe.live.trace-url")
          .doc(
              "Address of a trace in another tool, which the live page links to, such as"
                  + " `http://localhost:16686/trace/{traceId}`.");
  public static final Setting<String> DISCOVERY_ADDRESS =
      text(Section.ENDPOINT, "observe.discovery.address")
          .describeDefault("the bound address")
          .doc("Host, or host and port, at which Prometheus reaches the endpoint.");
  public static final Setting<String> DISCOVERY_FILE =
      text(Section.ENDPOINT, "observe.discovery.file")
          .doc(
              "JSON file for Prometheus's `file_sd_configs`, which exists while the process runs.");
  public static final Setting<List<String>> DISCOVERY_FLEET =
      list(Section.ENDPOINT, "observe.discovery.fleet")
          .doc("Further targets on /sd, such as `shop-1:2112,shop-2:2112`.");

  public static final Setting<String> HISTOGRAMS =
      words(Section.METRICS, "observe.metrics.histograms", "classic", "native", "both")
          .doc("Buckets of durations: `classic`, `native` (scraped as protobuf only) or `both`.");
  public static final Setting<String> JVM_METRICS =
      of(Section.METRICS, "observe.metrics.jvm", SettingType.JVM_METRICS)
          .defaultsTo("semconv")
          .doc(
              "Metrics of the JVM and the process: `semconv` for the names of the semantic"
                  + " conventions, or `none`.");
  public static final Setting<List<String>> METRICS_EXPORTER =
      list(Section.METRICS, "otel.metrics.exporter")
          .defaultsTo("none")
          .doc("Exporters that push metrics, in addition to the endpoint.");
  public static final Setting<URI> PUSHGATEWAY =
      of(Section.METRICS, "observe.metrics.pushgateway", SettingType.PUSHGATEWAY_URL)
          .doc("URL of a Pushgateway that gets the metrics on close, for short-lived jobs.");
  public static final Setting<String> PUSHGATEWAY_JOB =
      text(Section.METRICS, "observe.metrics.pushgateway.job")
          .describeDefault("the service's name")
          .doc("Label `job` of the pushed metrics.");
  public static final Setting<String> PUSHGATEWAY_INSTANCE =
      text(Section.METRICS, "observe.metrics.pushgateway.instance")
          .doc(
              "Label `instance`; without it, a later push of the same job replaces an earlier"
                  + " one.");
  public static final Setting<Duration> PUSHGATEWAY_INTERVAL =
      duration(Section.METRICS, "observe.metrics.pushgateway.interval", "0")
          .doc("Time between further pushes, at least `1s`; `0` for the one on close only.");

  public static final Setting<List<String>> KNOWN_METHODS =
      list(Section.HTTP, "otel.instrumentation.http.known-methods")
          .describeDefault("RFC 9110's, PATCH and QUERY")
          .doc("Methods that are recorded by name; any other counts as `_OTHER`.");
  public static final Setting<List<String>> CAPTURED_REQUEST_HEADERS =
      list(Section.HTTP, "otel.instrumentation.http.server.capture-request-headers")
          .doc("Request headers that become attributes of the span.");
  public static final Setting<List<String>> CAPTURED_RESPONSE_HEADERS =
      list(Section.HTTP, "otel.instrumentation.http.server.capture-response-headers")
          .doc("Response headers that become attributes of the span.");
  public static final Setting<String> EXCEPTION_SIGNAL =
      text(Section.HTTP, "otel.semconv.exception.signal.opt-in")
          .doc("`logs` or `logs/dup`: exceptions as log records, instead of or besides events.");
  public static final Setting<List<String>> INCLUDE =
      list(Section.HTTP, "observe.http.include")
          .doc("Only these paths are measured, such as `/api/*`.");
  public static final Setting<List<String>> EXCLUDE =
      list(Section.HTTP, "observe.http.exclude")
          .doc("These paths are not measured, such as `/static/*,*.css`.");
  public static final Setting<List<String>> TRACES_INCLUDE =
      list(Section.HTTP, "observe.http.traces.include")
          .doc("As `observe.http.include`, for spans only.");
  public static final Setting<List<String>> TRACES_EXCLUDE =
      list(Section.HTTP, "observe.http.traces.exclude")
          .doc("As `observe.http.exclude`, for spans only.");
  public static final Setting<List<String>> METRICS_INCLUDE =
      list(Section.HTTP, "observe.http.metrics.include")
          .doc("As `observe.http.include`, for metrics only.");
  public static final Setting<List<String>> METRICS_EXCLUDE =
      list(Section.HTTP, "observe.http.metrics.exclude")
          .doc("As `observe.http.exclude`, for metrics only.");
  public static final Setting<Boolean> ACTUATOR =
      flag(Section.HTTP, "observe.http.actuator", "false")
          .doc("`true` measures the requests to Spring Boot's actuator too.");
  public static final Setting<List<String>> MEASURE =
      list(Section.HTTP, "observe.http.measure")
          .doc(
              "Measurements besides the duration: any of `request-body-size`,"
                  + " `response-body-size`, `time-to-first-byte`, `cpu-time`, `allocated-memory`.");
  public static final Setting<List<String>> REDACTED_QUERY_KEYS =
      list(Section.HTTP, "observe.http.redacted-query-keys")
          .describeDefault("`sig`, `token`, `password` and ten more")
          .doc("Query parameters whose values are redacted in spans.");
  public static final Setting<String> RESPONSE_HEADER =
      text(Section.HTTP, "observe.http.response-header")
          .doc("Header of each response that names its trace, such as `traceresponse`.");
  public static final Setting<String> TRACE_ID_HEADER =
      text(Section.HTTP, "observe.http.trace-id-header")
          .doc("Request header that holds the trace id if there is no `traceparent`.");
  public static final Setting<List<String>> TRUSTED_PROXIES =
      list(Section.HTTP, "observe.http.trusted-proxies")
          .doc("Addresses and ranges whose forwarded headers are trusted, such as `10.0.0.0/8`.");

  private Setting(Section section, String name, SettingType<T> type) {
    super(section, name, type);
    TABLE.put(name, this);
  }

  /** Returns the table in the order of the documentation. */
  static Collection<Setting<?>> all() {
    return Collections.unmodifiableCollection(TABLE.values());
  }

  /** Returns the setting with a property name, or null if the table has none. */
  static @Nullable Setting<?> named(String name) {
    return TABLE.get(name);
  }

  private static <T> Setting<T> of(Section section, String name, SettingType<T> type) {
    return new Setting<>(section, name, type);
  }

  private static Setting<String> text(Section section, String name) {
    return of(section, name, SettingType.TEXT);
  }

  private static Setting<String> text(Section section, String name, String defaultValue) {
    return text(section, name).defaultsTo(defaultValue);
  }

  /** A list without a default is empty. */
  private static Setting<List<String>> list(Section section, String name) {
    return of(section, name, SettingType.LIST).defaultsTo("");
  }

  private static Setting<Boolean> flag(Section section, String name, String defaultValue) {
    return of(section, name, SettingType.FLAG).defaultsTo(defaultValue);
  }

  private static Setting<Long> number(
      Section section, String name, long min, long max, long defaultValue) {
    return of(section, name, SettingType.wholeNumber(min, max))
        .defaultsTo(Long.toString(defaultValue));
  }

  private static Setting<Duration> duration(Section section, String name, String defaultValue) {
    return of(section, name, SettingType.duration(defaultValue)).defaultsTo(defaultValue);
  }

  /** The first of the words is the default. */
  private static Setting<String> words(Section section, String name, String... allowed) {
    return of(section, name, SettingType.words(allowed)).defaultsTo(allowed[0]);
  }

  private Setting<T> defaultsTo(String value) {
    documentedDefault = value;
    defaultIsValue = true;
    return this;
  }

  /** Describes a default that is not a fixed value of the setting. */
  private Setting<T> describeDefault(String description) {
    documentedDefault = description;
    defaultIsValue = false;
    return this;
  }

  private Setting<T> secret() {
    secret = true;
    return this;
  }

  private Setting<T> replacesSdkDefault() {
    overridesSdk = true;
    return this;
  }

  private Setting<T> shortKey(String key) {
    shortKey = key;
    return this;
  }

  private Setting<T> doc(String sentence) {
    documentation = sentence;
    return this;
  }

  /** Adds the same setting for spans only, with {@code traces} in its name. */
  private Setting<T> alsoForSpans() {
    of(section, name().replace("otlp.", "otlp.traces."), type).doc("The same, for spans only.");
    return this;
  }
}
