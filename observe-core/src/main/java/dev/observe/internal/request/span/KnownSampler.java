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
 * What is known of a sampler from what it says of itself: for the usual ones, what they will
 * answer.
 *
 * <p>The conventions want the attributes of a span there before it is started, for samplers that
 * read them. The usual samplers do not, and a request that they drop costs half as much when
 * nothing was gathered for it. So they are gathered first for a sampler that we do not know and for
 * a request that will be kept, and afterwards, if at all, for the rest.
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

  /**
   * Of a sampler by ratio: it keeps a trace whose lower half is less than this, without its sign.
   */
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
    // The classes are not public; what they say of themselves is.
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

  /** Asks a sampler by ratio where it draws the line: its description has six digits of that. */
  private static long bound(Sampler sampler) {
    long kept = -1;
    long dropped = Long.MAX_VALUE;
    while (kept + 1 < dropped) {
      // Their sum may be too large for a long, and is right as an unsigned one.
      long low = (kept + dropped) >>> 1;
      boolean keeps =
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
      if (keeps) {
        kept = low;
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
    // One pair of braces: a sampler that wraps another is not ours to judge.
    boolean ratio =
        description.startsWith("TraceIdRatioBased{")
            && description.indexOf('}') == description.length() - 1;
    return ratio ? Root.RATIO : Root.UNKNOWN;
  }

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
   * Whether what it answers is known, where the parent is none or the sampler goes by the parent.
   */
  boolean isKnown() {
    return root != Root.UNKNOWN && (parentBased || root != Root.RATIO);
  }

  /** Whether a known one keeps a request without a parent, by the lower half of its trace's id. */
  boolean keepsRoot(long traceIdLow) {
    return root == Root.ON || (root == Root.RATIO && Math.abs(traceIdLow) < bound);
  }

  /** Whether a known one keeps a request with this parent. */
  boolean keepsChild(SpanContext parent) {
    return parentBased ? parent.isSampled() : root == Root.ON;
  }
}
