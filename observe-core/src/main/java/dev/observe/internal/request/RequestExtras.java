/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.instrument.SeriesOverflow;
import dev.observe.internal.request.series.RequestLabels;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The labels and attributes that an application adds to its requests; the values of each label are
 * bounded.
 *
 * <p>The functions are called when a request ends; they must be fast and not throw. Immutable and
 * safe for use by any number of threads.
 */
public final class RequestExtras {
  /** No labels and no attributes. */
  public static final RequestExtras NONE = new RequestExtras(List.of(), List.of());

  /** Each label multiplies the series of the request metrics. */
  private static final int MAX_LABELS = 5;

  /** The maximum number of attributes added to each span. */
  private static final int MAX_ATTRIBUTES = 32;

  private final List<Label> labels;
  private final List<Attribute> attributes;

  private RequestExtras(List<Label> labels, List<Attribute> attributes) {
    this.labels = List.copyOf(labels);
    this.attributes = List.copyOf(attributes);
  }

  /**
   * Returns a copy with one label more.
   *
   * @param name a Prometheus label name that the request metrics do not have
   * @param maxValues the number of distinct values, from 1 to 100; any further value counts as
   *     {@code _other}
   * @param value returns the label value of a request; null and blank mean no label
   * @throws IllegalArgumentException if the name is not valid or in use, the number is out of
   *     range, or there are {@value #MAX_LABELS} labels already
   */
  public RequestExtras withLabel(
      String name, int maxValues, Function<ServerExchange, @Nullable String> value) {
    if (!name.matches("[a-zA-Z_][a-zA-Z0-9_]{0,99}") || name.startsWith("__")) {
      throw new IllegalArgumentException(
          "name must be a Prometheus label name, was '" + name + "'; for example tenant");
    }
    if (RequestLabels.NAMES.contains(name)
        || labels.stream().anyMatch(label -> label.name.equals(name))) {
      throw new IllegalArgumentException(
          "name must not be the name of another label, was '" + name + "'");
    }
    if (maxValues < 1 || maxValues > 100) {
      throw new IllegalArgumentException("maxValues must be from 1 to 100, was " + maxValues);
    }
    if (labels.size() == MAX_LABELS) {
      throw new IllegalArgumentException("labels must be at most " + MAX_LABELS);
    }
    List<Label> more = new ArrayList<>(labels);
    more.add(new Label(name, maxValues, Objects.requireNonNull(value, "value")));
    return new RequestExtras(more, attributes);
  }

  /**
   * Returns a copy with one attribute more.
   *
   * @param name the attribute's key
   * @param value returns the attribute value of a request, cut at 1,024 characters; null means none
   * @throws IllegalArgumentException if the name is blank, or there are {@value #MAX_ATTRIBUTES}
   *     attributes already
   */
  public RequestExtras withAttribute(
      String name, Function<ServerExchange, @Nullable String> value) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank, was '" + name + "'");
    }
    if (attributes.size() == MAX_ATTRIBUTES) {
      throw new IllegalArgumentException("attributes must be at most " + MAX_ATTRIBUTES);
    }
    List<Attribute> more = new ArrayList<>(attributes);
    more.add(new Attribute(AttributeKey.stringKey(name), Objects.requireNonNull(value, "value")));
    return new RequestExtras(labels, more);
  }

  List<String> labelNames() {
    List<String> names = new ArrayList<>();
    for (Label label : labels) {
      names.add(label.name);
    }
    return names;
  }

  /** Returns the label values in order; counts values beyond the bound of their label. */
  String[] labelValues(ServerExchange exchange, RequestMetrics metrics) {
    if (labels.isEmpty()) {
      return RequestLabels.NO_EXTRA;
    }
    String[] values = new String[labels.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = labels.get(i).valueOf(exchange, metrics);
    }
    return values;
  }

  /** Returns an empty value for each label. */
  String[] noValues() {
    String[] values = new String[labels.size()];
    Arrays.fill(values, "");
    return values;
  }

  void describe(ServerExchange exchange, Span span) {
    for (Attribute attribute : attributes) {
      String value = attribute.value.apply(exchange);
      if (value != null) {
        span.setAttribute(attribute.key, SafeText.attribute(value));
      }
    }
  }

  private record Attribute(
      AttributeKey<String> key, Function<ServerExchange, @Nullable String> value) {}

  private static final class Label {
    final String name;
    private final int maxValues;
    private final Function<ServerExchange, @Nullable String> value;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Label(String name, int maxValues, Function<ServerExchange, @Nullable String> value) {
      this.name = name;
      this.maxValues = maxValues;
      this.value = value;
    }

    String valueOf(ServerExchange exchange, RequestMetrics metrics) {
      String text = value.apply(exchange);
      if (text == null || text.isBlank()) {
        return "";
      }
      String label = SafeText.label(text);
      if (known.contains(label)) {
        return label;
      }
      // Threads that pass at the same time may exceed the limit by their number.
      if (known.size() < maxValues) {
        known.add(label);
        return label;
      }
      metrics.labelOverflow(name, label);
      return SeriesOverflow.OTHER;
    }
  }
}
