/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Receives a notification for each garbage collection until it is closed.
 *
 * <p>The JVM references a listener, and with it the classes of a redeployed application, until the
 * listener is removed. Without the module {@code jdk.management} the class must not be loaded.
 */
final class GcListener implements NotificationListener, AutoCloseable {
  private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);

  /** Receives a collection of garbage. */
  @FunctionalInterface
  interface Consumer {
    void collected(String action, String collector, double seconds);
  }

  private final Consumer consumer;

  GcListener(Consumer consumer) {
    this.consumer = consumer;
  }

  void start() {
    for (NotificationEmitter collector : collectors()) {
      collector.addNotificationListener(this, null, null);
    }
  }

  @Override
  public void close() {
    for (NotificationEmitter collector : collectors()) {
      try {
        collector.removeNotificationListener(this);
      } catch (ListenerNotFoundException e) {
        // The listener was never added.
      }
    }
  }

  private static List<NotificationEmitter> collectors() {
    List<NotificationEmitter> collectors = new ArrayList<>();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        collectors.add(emitter);
      }
    }
    return collectors;
  }

  @Override
  public void handleNotification(Notification notification, Object handback) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      GarbageCollectionNotificationInfo run =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
      consumer.collected(
          run.getGcAction(), run.getGcName(), run.getGcInfo().getDuration() / MILLIS);
    }
  }
}
