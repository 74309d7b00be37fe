/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.pipeline.AccountedProcessor;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The open pipelines of this process, whose metrics every page contains. */
public final class OpenPipelines {
  private static final List<AccountedProcessor> ALL = new CopyOnWriteArrayList<>();

  private OpenPipelines() {}

  public static void add(Collection<AccountedProcessor> pipelines) {
    ALL.addAll(pipelines);
  }

  public static void remove(Collection<AccountedProcessor> pipelines) {
    ALL.removeAll(pipelines);
  }

  public static List<AccountedProcessor> all() {
    return ALL;
  }
}
