/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.PublicApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedApiTest {
  /** An intended change: run this test with {@code -Dapi.write=true} and review the diff. */
  @Test
  void publicApi_isTheRecordedOne() throws IOException {
    List<String> api = PublicApi.of("dev.observe.servlet");

    assertThat(api)
        .containsExactlyElementsOf(PublicApi.recorded(Path.of("src/api/servlet.txt"), api));
  }
}
