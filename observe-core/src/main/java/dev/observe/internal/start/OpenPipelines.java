/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.pipeline.SpanPipeline;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The open pipelines of this process, whose metrics every page contains. */
public final class OpenPipelines {
  private static final List<SpanPipeline> ALL = new CopyOnWriteArrayList<>();

  private OpenPipelines() {}

  public static void add(Collection<SpanPipeline> pipelines) {
    ALL.addAll(pipelines);
  }

  public static void remove(Collection<SpanPipeline> pipelines) {
    ALL.removeAll(pipelines);
  }

  public static List<SpanPipeline> all() {
    return ALL;
  }
}
