/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.List;

/**
 * The settings that observe reads itself or gives a default of its own, and those of OpenTelemetry
 * that most people set. The one list: the printed configuration and docs/settings.md come from it.
 */
final class KnownSettings {
  /**
   * Settings of OpenTelemetry's that are read by its autoconfiguration are meant as it has them.
   */
  static final List<KnownSetting> ALL =
      List.of(
          known(
              ConfigFile.SETTING,
              "`observe.properties` on the class path",
              "a file of settings, which all other ways to set them override"),
          known(
              "otel.config.file",
              "",
              "OpenTelemetry's declarative configuration, in the place of all other settings of"
                  + " traces and of the pipeline that accounts for them; needs the jar"
                  + " `opentelemetry-sdk-extension-declarative-config`; not in a file"),
          known(
              "otel.service.name",
              "what the code gives",
              "the name under which a backend shows the application"),
          known(
              "otel.resource.attributes",
              "",
              "more about the application, as `key=value` pairs with commas between them"),
          known("otel.sdk.disabled", "false", "`true` makes no spans and no pushed metrics"),
          known("otel.propagators", "tracecontext,baggage", "how context travels between services"),
          known(
              "otel.traces.exporter",
              "otlp",
              "where spans go: `otlp`, `console`, `none`, or several with commas between them"),
          known(
              TracingSettings.OTLP_ENDPOINT,
              "http://localhost:4318",
              "the collector's base URL, to which `/v1/traces` is added"),
          known(
              "otel.exporter.otlp.traces.endpoint",
              "",
              "the URL for spans, taken as it is: nothing is added"),
          known(
              TracingSettings.OTLP_PROTOCOL,
              "http/protobuf",
              "`http/protobuf`, or `grpc` with a gRPC sender on the class path"),
          known("otel.exporter.otlp.traces.protocol", "", "the same, for spans only"),
          known(
              "otel.exporter.otlp.headers",
              "",
              "headers of each request, as `name=value` pairs with commas between them"),
          known("otel.exporter.otlp.traces.headers", "", "the same, for spans only"),
          known("otel.exporter.otlp.timeout", "10000", "how long one request may take, in ms"),
          known("otel.exporter.otlp.traces.timeout", "", "the same, for spans only"),
          known("otel.exporter.otlp.compression", "none", "`gzip` or `none`"),
          known("otel.exporter.otlp.traces.compression", "", "the same, for spans only"),
          known(
              "otel.exporter.otlp.certificate",
              "the JVM's authorities",
              "PEM file of the authorities that may have signed the collector's certificate"),
          known("otel.exporter.otlp.traces.certificate", "", "the same, for spans only"),
          known("otel.exporter.otlp.client.certificate", "", "PEM file of our own certificate"),
          known("otel.exporter.otlp.traces.client.certificate", "", "the same, for spans only"),
          known("otel.exporter.otlp.client.key", "", "PEM file of our own private key"),
          known("otel.exporter.otlp.traces.client.key", "", "the same, for spans only"),
          known(
              TracingSettings.PROCESSOR,
              "batch",
              "`simple` hands each span on as it ends, on the thread that ended it"),
          known("otel.bsp.schedule.delay", "5000", "how long a span waits for its batch, in ms"),
          known("otel.bsp.max.queue.size", "65536", "how many spans may wait"),
          known("otel.bsp.max.export.batch.size", "512", "how many spans go in one request"),
          known("otel.bsp.export.timeout", "30000", "how long one attempt may take, in ms"),
          known(
              "observe.traces.max-queue-bytes",
              "67108864",
              "how many bytes the spans that wait may take, estimated"),
          known(
              "observe.spool.directory",
              "",
              "where spans are kept on disk until they are acknowledged"),
          known("observe.spool.max.bytes", "268435456", "how much of the disk they may take"),
          known(
              "otel.traces.sampler",
              "parentbased_always_on",
              "which traces are kept: the specification's names, and `rate_limited` and `rules`, each"
                  + " also with `parentbased_` in front"),
          known(
              "otel.traces.sampler.arg",
              "",
              "the ratio, from 0 to 1, of the ratio samplers; traces a second of `rate_limited`"),
          known(
              "observe.traces.rules",
              "",
              "of the sampler `rules`, such as `/health=never, /api/**=0.1, /orders/*=5/s`"),
          known(
              "observe.traces.slow-threshold",
              "1s",
              "from here on a request that the sampler dropped is remembered as slow"),
          known(
              "observe.traces.dropped-requests-bytes",
              "65536",
              "how many bytes are for such requests, and for failed ones; `0`: none"),
          known(
              "otel.attribute.value.length.limit",
              "1024",
              "attribute values are cut at this length"),
          known("otel.span.attribute.count.limit", "64", "attributes of one span"),
          known("otel.span.event.count.limit", "128", "events of one span"),
          known("otel.span.link.count.limit", "128", "links of one span"),
          known(
              MetricsSettings.HOST,
              MetricsSettings.DEFAULT_HOST,
              "the address that /metrics binds; `0.0.0.0`: all"),
          known(
              MetricsSettings.PORT,
              Integer.toString(MetricsSettings.DEFAULT_PORT),
              "the port that /metrics binds; `0`: any free one"),
          known(
              MetricsSettings.ALLOWED_HOSTS,
              "",
              "names beside `localhost` by which /metrics may be called on loopback without a"
                  + " password; `*`: any"),
          known(
              MetricsSettings.USER,
              "",
              "who may read /metrics, by basic authentication; goes with the password"),
          known(MetricsSettings.PASSWORD, "", "the password of that user"),
          known(
              MetricsSettings.BEARER_TOKEN,
              "",
              "whoever sends this token may read /metrics; beside a user, either is enough"),
          known(
              MetricsSettings.TLS_CERTIFICATE,
              "",
              "PEM file of the certificate of /metrics, which is then served by HTTPS; goes with the"
                  + " key"),
          known(MetricsSettings.TLS_KEY, "", "PEM file of its private key (PKCS#8, not encrypted)"),
          known(
              MetricsSettings.TLS_KEY_STORE,
              "",
              "PKCS12 or JKS file in the place of certificate and key; goes with its password"),
          known(MetricsSettings.TLS_KEY_STORE_PASSWORD, "", "the password of that key store"),
          known(
              "observe.metrics.histograms",
              "classic",
              "buckets of the durations: `classic`, `native` (scraped as protobuf only) or `both`"),
          known(
              "observe.metrics.pages",
              "true",
              "`false`: the metrics port serves /metrics and nothing else"),
          known(
              "observe.discovery.address",
              "what was bound",
              "host, or host and port, by which Prometheus reaches the metrics port"),
          known(
              "observe.discovery.file",
              "",
              "a JSON file for Prometheus's `file_sd_configs`, there while the process is"),
          known(
              "observe.discovery.fleet",
              "",
              "further targets that /sd tells, such as `shop-1:2112,shop-2:2112`"),
          known(
              "observe.build.version",
              "what the build stamped",
              "the version that /version, `build_info` and the resource tell"),
          known("observe.build.date", "what the build stamped", "when it was built"),
          known("observe.build.revision", "what the build stamped", "of the sources"),
          known(
              MetricsSettings.EXPORTER,
              "none",
              "where metrics are pushed, beside the page that is there anyway"),
          known(
              PushgatewaySettings.URL,
              "",
              "the URL of a Pushgateway, where the page is put when the handle is closed; for jobs"
                  + " that end before they are scraped"),
          known(
              "observe.metrics.pushgateway.job",
              "the service's name",
              "the label `job` of what is put there"),
          known(
              "observe.metrics.pushgateway.instance",
              "",
              "the label `instance`, where several run at once; without it the last one's stays"),
          known(
              "observe.metrics.pushgateway.interval",
              "0",
              "how often it is put there besides, in ms or with a unit; `0`: not before the end"),
          known(
              MetricsSettings.JVM,
              "semconv",
              "metrics of the JVM and the process: `semconv` for the names of the semantic"
                  + " conventions, or `none`"),
          known("otel.logs.exporter", "none", "where log records go, such as `otlp`"),
          known(
              "otel.instrumentation.http.known-methods",
              "RFC 9110's, PATCH and QUERY",
              "methods that are named; any other counts as `_OTHER`"),
          known(
              "otel.instrumentation.http.server.capture-request-headers",
              "",
              "request headers that become attributes of the span"),
          known(
              "otel.instrumentation.http.server.capture-response-headers",
              "",
              "response headers that become attributes of the span"),
          known(
              "otel.semconv.exception.signal.opt-in",
              "",
              "`logs` or `logs/dup`: exceptions as log records, in the place of events or beside"),
          known("observe.http.include", "", "only these paths are measured, such as `/api/*`"),
          known(
              "observe.http.exclude",
              "",
              "these paths are not measured, such as `/static/*,*.css`"),
          known("observe.http.traces.include", "", "as `observe.http.include`, for spans only"),
          known("observe.http.traces.exclude", "", "as `observe.http.exclude`, for spans only"),
          known("observe.http.metrics.include", "", "as `observe.http.include`, for metrics only"),
          known("observe.http.metrics.exclude", "", "as `observe.http.exclude`, for metrics only"),
          known(
              "observe.http.measure",
              "",
              "what is measured of requests beside their duration: any of `request-body-size`,"
                  + " `response-body-size`, `time-to-first-byte`, `cpu-time`, `allocated-memory`"),
          known(
              "observe.http.redacted-query-keys",
              "`sig`, `token`, `password` and ten more",
              "query parameters whose values are hidden in spans"),
          known(
              "observe.http.response-header",
              "",
              "a header that names the trace in each response, such as `traceresponse`"),
          known(
              "observe.http.trace-id-header",
              "",
              "a request header to take the trace's id from when there is no `traceparent`"),
          known(
              "observe.http.trusted-proxies",
              "",
              "addresses and ranges whose forwarded headers are believed, such as `10.0.0.0/8`"),
          known("observe.mdc", "true", "`trace_id` and `span_id` in SLF4J's MDC, where SLF4J is"),
          known("observe.auto", "true", "`false`: a WAR gets no filter by itself"));

  /**
   * One setting.
   *
   * @param name the property; the environment variable follows from it
   * @param defaultValue what holds when nobody sets it, empty when nothing does
   * @param meaning for the documentation, in Markdown
   */
  record KnownSetting(String name, String defaultValue, String meaning) {}

  private KnownSettings() {}

  private static KnownSetting known(String name, String defaultValue, String meaning) {
    return new KnownSetting(name, defaultValue, meaning);
  }
}
