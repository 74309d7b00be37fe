/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Hears of each run of the garbage collectors until it is closed; the JVM keeps a listener, and
 * with it the classes of a redeployed application, for as long as nobody takes it back.
 */
final class GcListener implements NotificationListener, AutoCloseable {
  private final Consumer<GarbageCollectionNotificationInfo> consumer;

  GcListener(Consumer<GarbageCollectionNotificationInfo> consumer) {
    this.consumer = consumer;
  }

  void start() {
    ManagementFactory.getGarbageCollectorMXBeans()
        .forEach(
            collector -> {
              if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(this, null, null);
              }
            });
  }

  @Override
  public void close() {
    ManagementFactory.getGarbageCollectorMXBeans()
        .forEach(
            collector -> {
              if (collector instanceof NotificationEmitter emitter) {
                remove(emitter);
              }
            });
  }

  private void remove(NotificationEmitter emitter) {
    try {
      emitter.removeNotificationListener(this);
    } catch (ListenerNotFoundException e) {
      // It never listened.
    }
  }

  @Override
  public void handleNotification(Notification notification, Object handback) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      consumer.accept(
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData()));
    }
  }
}
