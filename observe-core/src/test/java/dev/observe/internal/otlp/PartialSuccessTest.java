/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartialSuccessTest {
  @Test
  void decode_emptyBody_isNone() {
    assertThat(PartialSuccess.decode(new byte[0])).isEqualTo(new PartialSuccess(0, ""));
  }

  @Test
  void decode_officialEncoding_isRead() {
    assertThat(PartialSuccess.decode(response(300, "too old, too b\u00f6se")))
        .isEqualTo(new PartialSuccess(300, "too old, too b\u00f6se"));
    assertThat(PartialSuccess.decode(response(0, "careful")))
        .isEqualTo(new PartialSuccess(0, "careful"));
    assertThat(PartialSuccess.decode(response(Long.MAX_VALUE, "")))
        .isEqualTo(new PartialSuccess(Long.MAX_VALUE, ""));
  }

  @Test
  void decode_negativeCount_isNone() {
    assertThat(PartialSuccess.decode(response(-5, ""))).isEqualTo(new PartialSuccess(0, ""));
  }

  @Test
  void decode_truncatedBody_keepsCompleteFields() {
    byte[] whole = response(7, "a long message that is cut");

    PartialSuccess cut = PartialSuccess.decode(Arrays.copyOf(whole, whole.length - 10));

    assertThat(cut.rejectedSpans()).isEqualTo(7);
  }

  @Test
  void decode_unknownFields_areSkipped() {
    byte[] known = response(7, "x");
    // Field 9 as varint, field 10 as fixed64, field 11 as fixed32, field 12 as bytes.
    byte[] unknown = {0x48, 1, 0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x5d, 1, 2, 3, 4, 0x62, 2, 9, 9};
    byte[] both = Arrays.copyOf(unknown, unknown.length + known.length);
    System.arraycopy(known, 0, both, unknown.length, known.length);

    assertThat(PartialSuccess.decode(both)).isEqualTo(new PartialSuccess(7, "x"));
  }

  /** An HTML error page, or an attacker, must not break the worker. */
  @Test
  void decode_randomBytes_neverThrows() {
    Random random = new Random(42);
    for (int i = 0; i < 100_000; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);

      assertThat(PartialSuccess.decode(noise).rejectedSpans()).isNotNegative();
    }
  }

  private static byte[] response(long rejected, String message) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(rejected)
                .setErrorMessage(message))
        .build()
        .toByteArray();
  }
}
