/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;

/**
 * Predicts the decisions of the SDK's usual samplers from their descriptions.
 *
 * <p>The conventions require the attributes of a span before its start, for samplers that read
 * them. The usual samplers do not, and a dropped request costs half as much without its attributes.
 * So the attributes are collected first for an unknown sampler and for a request that will be
 * sampled, and otherwise after the start if at all.
 */
public final class KnownSampler {
  private static final String PARENT_BASED = "ParentBased{root:";
  private static final String PARENT_BASED_DEFAULTS =
      ",remoteParentSampled:AlwaysOnSampler,remoteParentNotSampled:AlwaysOffSampler"
          + ",localParentSampled:AlwaysOnSampler,localParentNotSampled:AlwaysOffSampler}";

  private enum Root {
    ON,
    OFF,
    RATIO,
    UNKNOWN
  }

  private final Root root;
  private final boolean parentBased;

  /** A sampler by ratio samples a trace whose lower half, without its sign, is less than this. */
  private final long bound;

  private KnownSampler(Root root, boolean parentBased, long bound) {
    this.root = root;
    this.parentBased = parentBased;
    this.bound = bound;
  }

  public static KnownSampler of(OpenTelemetry openTelemetry) {
    SdkTracerProvider provider = null;
    if (openTelemetry instanceof OpenTelemetrySdk sdk) {
      provider = sdk.getSdkTracerProvider();
    } else if (openTelemetry.getTracerProvider() instanceof SdkTracerProvider sdkProvider) {
      provider = sdkProvider;
    }
    return provider == null ? new KnownSampler(Root.UNKNOWN, false, 0) : of(provider.getSampler());
  }

  public static KnownSampler of(Sampler sampler) {
    // The classes are not public, but their descriptions are.
    String description = sampler.getDescription();
    boolean parentBased =
        description.startsWith(PARENT_BASED) && description.endsWith(PARENT_BASED_DEFAULTS);
    Root root =
        root(
            parentBased
                ? description.substring(
                    PARENT_BASED.length(), description.length() - PARENT_BASED_DEFAULTS.length())
                : description);
    return new KnownSampler(root, parentBased, root == Root.RATIO ? bound(sampler) : 0);
  }

  /**
   * Finds the bound of a sampler by ratio in 63 samples: its description has six digits only, which
   * would decide differently from the SDK about some traces.
   */
  private static long bound(Sampler sampler) {
    long sampled = -1;
    long dropped = Long.MAX_VALUE;
    while (sampled + 1 < dropped) {
      // The sum may overflow, but is correct as an unsigned number.
      long low = (sampled + dropped) >>> 1;
      boolean samples =
          sampler
                  .shouldSample(
                      Context.root(),
                      TraceId.fromLongs(1, low),
                      "",
                      SpanKind.SERVER,
                      Attributes.empty(),
                      List.of())
                  .getDecision()
              == SamplingDecision.RECORD_AND_SAMPLE;
      if (samples) {
        sampled = low;
      } else {
        dropped = low;
      }
    }
    return dropped;
  }

  private static Root root(String description) {
    if (description.equals("AlwaysOnSampler")) {
      return Root.ON;
    }
    if (description.equals("AlwaysOffSampler")) {
      return Root.OFF;
    }
    // One pair of braces only: the decisions of a sampler that wraps another are unknown.
    boolean ratio =
        description.startsWith("TraceIdRatioBased{")
            && description.indexOf('}') == description.length() - 1;
    return ratio ? Root.RATIO : Root.UNKNOWN;
  }

  /** Returns whether the attributes should be set before the span starts. */
  public boolean wantsAttributesFirst(SpanContext parent) {
    if (root == Root.UNKNOWN) {
      return true;
    }
    if (parentBased && parent.isValid()) {
      return parent.isSampled();
    }
    return root == Root.ON;
  }

  /**
   * Returns whether all decisions are known: without a parent, and with one, whose trace id may not
   * be available as a number.
   */
  boolean isKnown() {
    return root != Root.UNKNOWN && (parentBased || root != Root.RATIO);
  }

  /** Returns whether a request without a parent is sampled, by the lower half of its trace id. */
  boolean samplesRoot(long traceIdLow) {
    return root == Root.ON || (root == Root.RATIO && Math.abs(traceIdLow) < bound);
  }

  /** Returns whether a request with this parent is sampled. */
  boolean samplesChild(SpanContext parent) {
    return parentBased ? parent.isSampled() : root == Root.ON;
  }
}
