/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.myevents;

import dev.observe.examples.support.Http;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes bookings: {@code POST /events/{id}/bookings} with the number of seats. */
final class BookingService extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Pattern PATH = Pattern.compile("/(\\w{1,20})/bookings");
  private static final Pattern SEATS = Pattern.compile("[1-9]\\d?");
  private static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("eventID");
  private static final AttributeKey<String> EVENT_NAME = AttributeKey.stringKey("eventName");

  private final transient HttpClient client;
  private final URI events;
  private final transient LongCounter bookings;
  private final transient LongHistogram seatsPerBooking;

  BookingService(HttpClient client, URI events, Meter meter) {
    this.client = client;
    this.events = events;
    bookings =
        meter
            .counterBuilder("myevents_bookings_count")
            .setDescription("Bookings of each event.")
            .build();
    seatsPerBooking =
        meter
            .histogramBuilder("myevents_seats_per_booking")
            .setDescription("Seats of a booking.")
            .ofLongs()
            .setExplicitBucketBoundariesAdvice(List.of(1L, 2L, 3L, 4L))
            .build();
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.setAttribute("http.route", "/events/{id}/bookings");
    Matcher path = PATH.matcher(String.valueOf(request.getPathInfo()));
    String body = String.valueOf(request.getReader().readLine());
    if (!path.matches() || !SEATS.matcher(body).matches()) {
      Http.answer(response, HttpServletResponse.SC_BAD_REQUEST, "seats must be from 1 to 99");
      return;
    }
    String id = path.group(1);
    HttpResponse<String> event = Http.send(client, "GET", events.resolve("/events/" + id), "");
    if (event.statusCode() != HttpServletResponse.SC_OK) {
      Http.answer(response, event.statusCode(), "no such event");
      return;
    }
    // Only events that exist become label values, so callers cannot add series.
    Attributes labels = Attributes.of(EVENT_ID, id, EVENT_NAME, event.body().strip());
    bookings.add(1, labels);
    seatsPerBooking.record(Long.parseLong(body), labels);
    Http.answer(response, HttpServletResponse.SC_CREATED, "booked");
  }
}
