/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import dev.observe.internal.request.PathPattern;
import dev.observe.internal.semconv.HttpAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides by the route or the path of a request: the first matching rule decides. Requests without
 * a matching rule are sampled.
 */
final class RouteRulesSampler implements Sampler {
  /**
   * A rule of the setting.
   *
   * @param pattern of the route or path
   * @param sampler decides for matching requests
   */
  record Rule(String text, PathPattern pattern, Sampler sampler) {}

  private final List<Rule> rules;

  RouteRulesSampler(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  @Override
  public SamplingResult shouldSample(
      Context parentContext,
      String traceId,
      String name,
      SpanKind spanKind,
      Attributes attributes,
      List<LinkData> parentLinks) {
    String route = attributes.get(HttpAttributes.HTTP_ROUTE);
    String path = attributes.get(HttpAttributes.URL_PATH);
    for (Rule rule : rules) {
      if ((route != null && rule.pattern().matches(route))
          || (path != null && rule.pattern().matches(path))) {
        return rule.sampler()
            .shouldSample(parentContext, traceId, name, spanKind, attributes, parentLinks);
      }
    }
    return SamplingResult.recordAndSample();
  }

  @Override
  public String getDescription() {
    return rules.stream().map(Rule::text).collect(Collectors.joining(", ", "RouteRules{", "}"));
  }

  @Override
  public String toString() {
    return getDescription();
  }
}
