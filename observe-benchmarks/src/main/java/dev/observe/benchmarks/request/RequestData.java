/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request that every filter is measured with: {@code GET /shop/orders/{number}?page=2&size=20},
 * as a browser behind no proxy sends it. Both servlet APIs are views of it.
 *
 * <p>A lookup costs as much as in a small array: the maps of a container would add the same to
 * every filter.
 */
final class RequestData {
  static final String CONTEXT_PATH = "/shop";
  static final String USER_AGENT =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0";
  static final String PARENT_TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT_SPAN = "b7ad6b7169203331";
  private static final int MAX_ATTRIBUTES = 16;

  /*
   * The elements that threads write are in the middle of long arrays, in different cache lines:
   * otherwise the placement of two threads' requests on the heap would decide their throughput.
   */
  static final int APART = 512;

  private static final int STATUS = APART;
  private static final int COUNT = APART + 1;

  final String servletPath;
  final String uri;
  final StringBuffer url;
  final String pattern;
  private final String[] headers;
  private final List<String> headerNames;
  private final String[] attributeNames = new String[2 * APART + MAX_ATTRIBUTES];
  private final Object[] attributeValues = new Object[2 * APART + MAX_ATTRIBUTES];
  private final int[] numbers = new int[2 * APART + 2];

  /**
   * @param servletPath the path of the servlet mapping, without its wildcard
   * @param parent {@code sampled} or {@code unsampled}, or null for no parent
   */
  @SuppressWarnings("JdkObsolete") // The servlet API returns a StringBuffer.
  RequestData(String servletPath, @Nullable String parent) {
    this.servletPath = servletPath;
    this.uri = CONTEXT_PATH + servletPath + "/1042";
    this.url = new StringBuffer("http://shop.example.com:8080").append(uri);
    this.pattern = servletPath + "/*";
    String[] all = {
      "Host", "shop.example.com:8080",
      "User-Agent", USER_AGENT,
      "Accept", "application/json",
      "Accept-Encoding", "gzip, deflate, br",
      "Connection", "keep-alive",
      "traceparent", null,
      "b3", null
    };
    int used = all.length;
    if (parent == null) {
      used -= 4;
    } else {
      String flag = parent.equals("sampled") ? "1" : "0";
      all[used - 3] = "00-" + PARENT_TRACE + "-" + PARENT_SPAN + "-0" + flag;
      // Brave reads this header by default.
      all[used - 1] = PARENT_TRACE + "-" + PARENT_SPAN + "-" + flag;
    }
    headers = java.util.Arrays.copyOf(all, used);
    String[] names = new String[used / 2];
    for (int i = 0; i < names.length; i++) {
      names[i] = headers[2 * i];
    }
    headerNames = List.of(names);
  }

  /** Removes the attributes of the last filter. */
  void reset() {
    int end = APART + numbers[COUNT];
    for (int i = APART; i < end; i++) {
      attributeValues[i] = null;
    }
    numbers[COUNT] = 0;
    numbers[STATUS] = 200;
  }

  int status() {
    return numbers[STATUS];
  }

  void status(int status) {
    numbers[STATUS] = status;
  }

  @Nullable String header(String name) {
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equalsIgnoreCase(name)) {
        return headers[i + 1];
      }
    }
    return null;
  }

  Enumeration<String> headers(String name) {
    String value = header(name);
    return value == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(value));
  }

  Enumeration<String> headerNames() {
    return Collections.enumeration(headerNames);
  }

  @Nullable Object attribute(String name) {
    int end = APART + numbers[COUNT];
    for (int i = APART; i < end; i++) {
      if (attributeNames[i].equals(name)) {
        return attributeValues[i];
      }
    }
    return null;
  }

  void attribute(String name, @Nullable Object value) {
    int end = APART + numbers[COUNT];
    int index = APART;
    while (index < end && !attributeNames[index].equals(name)) {
      index++;
    }
    attributeNames[index] = name;
    attributeValues[index] = value;
    if (index == end) {
      numbers[COUNT]++;
    }
  }
}
