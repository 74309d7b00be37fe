/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.pipeline.SpanPipeline;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The open pipelines of this process, whose metrics every page contains. */
public final class OpenPipelines {
  private static final List<SpanPipeline> ALL = new CopyOnWriteArrayList<>();

  private OpenPipelines() {}

  /** Returns the list, which each tracing handle changes. */
  public static List<SpanPipeline> all() {
    return ALL;
  }
}
