/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

/** Creates the sender of a pipeline from the sender of its exporter. */
@FunctionalInterface
public interface SenderFactory {
  /**
   * Returns the sender of the pipeline, for example one that keeps batches on disk first.
   *
   * @throws IllegalArgumentException if the factory cannot use the exporter or its own settings
   */
  BatchSender create(BatchSender exporter, PipelineState pipeline);
}
