/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The response, for jakarta filters. */
final class FakeResponse extends UnusedResponse {
  private final RequestData data;

  FakeResponse(RequestData data) {
    this.data = data;
  }

  @Override
  public int getStatus() {
    return data.status();
  }

  @Override
  public void setStatus(int status) {
    data.status(status);
  }

  @Override
  public boolean isCommitted() {
    return true;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return null;
  }

  @Override
  public Collection<String> getHeaders(String name) {
    return List.of();
  }

  @Override
  public @Nullable String getContentType() {
    return null;
  }
}
