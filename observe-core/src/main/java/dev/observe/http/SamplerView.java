/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

/**
 * Tells whether the attributes of a span are worth gathering before it is started.
 *
 * <p>The conventions want them there for samplers that read them. The usual samplers do not, and a
 * request that they drop costs half as much when nothing was gathered for it (measured: 88 ns
 * against 194 ns). So they are gathered first for a sampler that we do not know and for a request
 * that will be kept, and afterwards, if at all, for the rest.
 */
final class SamplerView {
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

  private SamplerView(Root root, boolean parentBased) {
    this.root = root;
    this.parentBased = parentBased;
  }

  static SamplerView of(OpenTelemetry openTelemetry) {
    SdkTracerProvider provider = null;
    if (openTelemetry instanceof OpenTelemetrySdk sdk) {
      provider = sdk.getSdkTracerProvider();
    } else if (openTelemetry.getTracerProvider() instanceof SdkTracerProvider sdkProvider) {
      provider = sdkProvider;
    }
    // The classes are not public; what they say of themselves is.
    return provider == null
        ? new SamplerView(Root.UNKNOWN, false)
        : ofDescription(provider.getSampler().getDescription());
  }

  static SamplerView ofDescription(String description) {
    if (description.startsWith(PARENT_BASED) && description.endsWith(PARENT_BASED_DEFAULTS)) {
      String root =
          description.substring(
              PARENT_BASED.length(), description.length() - PARENT_BASED_DEFAULTS.length());
      return new SamplerView(root(root), true);
    }
    return new SamplerView(root(description), false);
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

  boolean wantsAttributesFirst(SpanContext parent) {
    if (root == Root.UNKNOWN) {
      return true;
    }
    if (parentBased && parent.isValid()) {
      return parent.isSampled();
    }
    return root == Root.ON;
  }
}
