/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.orders;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.event.ConnectionCheckedInEvent;
import com.mongodb.event.ConnectionCheckedOutEvent;
import com.mongodb.event.ConnectionClosedEvent;
import com.mongodb.event.ConnectionCreatedEvent;
import com.mongodb.event.ConnectionPoolListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Metrics of a client by the database conventions: each command, and the pool's connections. */
final class MongoMetrics implements CommandListener, ConnectionPoolListener {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("db.client.connection.state");
  private static final Attributes IDLE = Attributes.of(SYSTEM, "mongodb", STATE, "idle");
  private static final Attributes USED = Attributes.of(SYSTEM, "mongodb", STATE, "used");

  private final DoubleHistogram duration;
  private final DoubleHistogram waitTime;
  private final LongUpDownCounter connections;

  private MongoMetrics(Meter meter) {
    duration = histogram(meter, "db.client.operation.duration", "Duration of commands.");
    waitTime =
        histogram(meter, "db.client.connection.wait_time", "Time until the pool had a connection.");
    connections =
        meter
            .upDownCounterBuilder("db.client.connection.count")
            .setUnit("{connection}")
            .setDescription("Connections of the pool.")
            .build();
  }

  /** Adds the metrics to a client. */
  static MongoClientSettings.Builder addTo(MongoClientSettings.Builder client, Meter meter) {
    MongoMetrics metrics = new MongoMetrics(meter);
    return client
        .addCommandListener(metrics)
        .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(metrics));
  }

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    duration.record(
        seconds(event.getElapsedTime(TimeUnit.NANOSECONDS)),
        operation(event.getCommandName()).build());
  }

  @Override
  public void commandFailed(CommandFailedEvent event) {
    duration.record(
        seconds(event.getElapsedTime(TimeUnit.NANOSECONDS)),
        operation(event.getCommandName())
            .put(ERROR, event.getThrowable().getClass().getName())
            .build());
  }

  @Override
  public void connectionCreated(ConnectionCreatedEvent event) {
    connections.add(1, IDLE);
  }

  @Override
  public void connectionCheckedOut(ConnectionCheckedOutEvent event) {
    waitTime.record(
        seconds(event.getElapsedTime(TimeUnit.NANOSECONDS)), Attributes.of(SYSTEM, "mongodb"));
    connections.add(-1, IDLE);
    connections.add(1, USED);
  }

  @Override
  public void connectionCheckedIn(ConnectionCheckedInEvent event) {
    connections.add(-1, USED);
    connections.add(1, IDLE);
  }

  @Override
  public void connectionClosed(ConnectionClosedEvent event) {
    connections.add(-1, IDLE);
  }

  private static AttributesBuilder operation(String command) {
    return Attributes.builder().put(SYSTEM, "mongodb").put(OPERATION, command);
  }

  private static DoubleHistogram histogram(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(
            List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0))
        .build();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
