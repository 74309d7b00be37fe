/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.myevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MyEventsIT {
  @Test
  void bookings_inPrometheus_areSummedByEvent() throws IOException {
    try (SystemProperties properties =
            SystemProperties.set(Map.of("example.ports", "any", "otel.traces.exporter", "none"));
        Sample sample = Sample.create(ConsoleSpanExporter.create())) {
      MyEvents services = MyEvents.start(sample);
      try (RealPrometheus prometheus = RealPrometheus.scraping(services.metrics())) {
        assertThat(book(sample, services, "1", "1")).isEqualTo(201);
        assertThat(book(sample, services, "1", "2")).isEqualTo(201);
        assertThat(book(sample, services, "2", "5")).isEqualTo(201);
        // Neither becomes a series.
        assertThat(book(sample, services, "9", "1")).isEqualTo(404);
        assertThat(book(sample, services, "1", "many")).isEqualTo(400);

        assertThat(
                prometheus.awaitQuery(
                    "sum(myevents_bookings_count_total) by (eventName)", found -> found.size() > 1))
            .extracting(sum -> sum.label("eventName"), RealPrometheus.Sample::value)
            .containsExactlyInAnyOrder(tuple("opera gala", 2.0), tuple("jazz night", 1.0));
        assertThat(
                prometheus.query(
                    "sum(myevents_seats_per_booking_bucket{eventID=\"1\"}) by (eventName, le)"))
            .extracting(bucket -> bucket.label("le"), RealPrometheus.Sample::value)
            .containsExactlyInAnyOrder(
                tuple("1.0", 1.0),
                tuple("2.0", 2.0),
                tuple("3.0", 2.0),
                tuple("4.0", 2.0),
                tuple("+Inf", 2.0));
        assertThat(prometheus.query("sum(myevents_seats_per_booking_sum) by (eventName)"))
            .extracting(sum -> sum.label("eventName"), RealPrometheus.Sample::value)
            .containsExactlyInAnyOrder(tuple("opera gala", 3.0), tuple("jazz night", 5.0));
      }
    }
  }

  @Test
  void booking_callOfTheEventService_isInItsTrace() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (SystemProperties properties =
              SystemProperties.set(
                  Map.of(
                      "example.ports", "any", "otel.exporter.otlp.endpoint", receiver.endpoint()));
          Sample sample = Sample.create(ConsoleSpanExporter.create())) {
        book(sample, MyEvents.start(sample), "1", "1");
      }

      List<ReceivedSpan> spans = receiver.spans();
      assertThat(spans).hasSize(3).extracting(ReceivedSpan::traceId).containsOnly(traceId(spans));
      ReceivedSpan booking = only(spans, "POST /events/{id}/bookings");
      ReceivedSpan event = only(spans, "GET /events/{id}");
      ReceivedSpan call = only(spans, "GET");
      assertThat(booking.isRoot()).isTrue();
      assertThat(booking.resource()).contains(entry("service.name", "bookings"));
      assertThat(call.kind()).isEqualTo(SpanKind.CLIENT);
      assertThat(call.parentSpanId()).isEqualTo(booking.spanId());
      assertThat(event.parentSpanId()).isEqualTo(call.spanId());
      assertThat(event.resource()).contains(entry("service.name", "events"));
    }
  }

  private static int book(Sample sample, MyEvents services, String id, String seats)
      throws IOException {
    return sample
        .send("POST", services.bookings().resolve("/events/" + id + "/bookings"), seats)
        .statusCode();
  }

  private static String traceId(List<ReceivedSpan> spans) {
    return spans.get(0).traceId();
  }

  private static ReceivedSpan only(List<ReceivedSpan> spans, String name) {
    List<ReceivedSpan> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as(name + " in " + spans).hasSize(1);
    return found.get(0);
  }
}
