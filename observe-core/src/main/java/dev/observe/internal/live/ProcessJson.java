/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.DropReason;
import dev.observe.internal.pages.JsonText;
import dev.observe.internal.pipeline.PipelineStats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;

/** The process as JSON: its build, settings, pipelines and JVM. */
final class ProcessJson {
  private final LiveParts parts;
  private final LiveSpans spans;

  ProcessJson(LiveParts parts, LiveSpans spans) {
    this.parts = parts;
    this.spans = spans;
  }

  String write() throws InterruptedException {
    JsonText json = new JsonText().beginObject();
    json.name("build").json(parts.version().respond(List.of()).body().strip());
    json.name("pipelines").beginArray();
    for (PipelineStats stats : parts.pipelines().get()) {
      pipeline(json, stats);
    }
    json.endArray();
    json.name("settings").beginArray();
    parts.effective().forEach(json::value);
    json.endArray();
    store(json.name("store"));
    jvm(json);
    return json.endObject().toString();
  }

  private static void pipeline(JsonText json, PipelineStats stats) {
    json.beginObject()
        .member("name", stats.componentName())
        .member("capacity", stats.capacity())
        .member("ended", stats.ended())
        .member("delivered", stats.acknowledged())
        .member("waiting", stats.waiting())
        .member("spooled", stats.spooled())
        .member("waitingBytes", stats.waitingBytes())
        .member("retries", stats.retries());
    json.name("lost").beginObject();
    for (DropReason reason : DropReason.values()) {
      json.member(reason.label(), stats.lost(reason));
    }
    json.endObject().endObject();
  }

  private void store(JsonText json) {
    TraceStore.Sizes sizes = spans.store().sizes();
    json.beginObject()
        .member("traces", sizes.traces())
        .member("maxTraces", sizes.maxTraces())
        .member("bytes", sizes.bytes())
        .member("maxBytes", sizes.maxBytes())
        .member("evictedTraces", sizes.evicted())
        .member("omittedSpans", sizes.omittedSpans())
        .member("droppedSpans", spans.dropped())
        .endObject();
  }

  private static void jvm(JsonText json) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    json.name("heap")
        .beginObject()
        .member("used", heap.getUsed())
        .member("committed", heap.getCommitted())
        .member("max", heap.getMax())
        .endObject();
    json.name("pools").beginArray();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getUsage();
      if (usage != null) {
        json.beginObject()
            .member("name", pool.getName())
            .member("used", usage.getUsed())
            .member("max", usage.getMax())
            .endObject();
      }
    }
    json.endArray();
    json.name("collectors").beginArray();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      json.beginObject()
          .member("name", collector.getName())
          .member("count", collector.getCollectionCount())
          .member("millis", collector.getCollectionTime())
          .endObject();
    }
    json.endArray();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    json.name("threads")
        .beginObject()
        .member("count", threads.getThreadCount())
        .member("daemons", threads.getDaemonThreadCount())
        .member("peak", threads.getPeakThreadCount())
        .endObject();
    json.member("processors", Runtime.getRuntime().availableProcessors());
  }
}
