/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.myevents;

import dev.observe.examples.support.Sample;
import dev.observe.examples.support.WebServer;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An event service, a booking service that calls it, and visitors that book seats.
 *
 * @param bookings the URL of the booking service
 * @param metrics the page with its metrics
 * @since 0.1
 */
public record MyEvents(URI bookings, URI metrics) {
  /**
   * Runs both services until Ctrl-C.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    Sample.run(
        sample -> {
          MyEvents services = start(sample);
          sample.visit(3, () -> services.visit(sample));
          return """
          Two services have visitors. Book two seats yourself:
            curl -d 2 %s/events/1/bookings
            metrics %s: myevents_bookings_count_total, myevents_seats_per_booking
          """
              .formatted(services.bookings, services.metrics);
        });
  }

  static MyEvents start(Sample sample) {
    Telemetry events =
        sample.open(Telemetry.start(sample.metrics("events", 2113), sample.tracing("events")));
    WebServer eventServer =
        sample.web("events", 8081, events.filter(), Map.of("/events/*", new EventService()));

    Telemetry bookings =
        sample.open(Telemetry.start(sample.metrics("bookings", 2112), sample.tracing("bookings")));
    BookingService service =
        new BookingService(
            bookings.observed(sample.client()), eventServer.uri(), bookings.metrics().meter());
    WebServer bookingServer =
        sample.web("bookings", 8080, bookings.filter(), Map.of("/events/*", service));
    return new MyEvents(bookingServer.uri(), bookings.metrics().uri());
  }

  private void visit(Sample sample) throws Exception {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // One event in four does not exist.
    String path = "/events/" + random.nextInt(1, 5) + "/bookings";
    sample.send("POST", bookings.resolve(path), String.valueOf(random.nextInt(1, 7)));
  }
}
