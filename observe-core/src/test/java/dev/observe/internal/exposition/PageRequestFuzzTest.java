/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Headers and queries with any content: the page negotiates the headers, and reads or rejects the
 * query.
 */
class PageRequestFuzzTest {
  private static final String[] PIECES = {
    "application/openmetrics-text",
    "application/vnd.google.protobuf",
    "proto=io.prometheus.client.MetricFamily",
    "encoding=delimited",
    "version=1.0.0",
    "text/plain",
    "*/*",
    "escaping=",
    "allow-utf-8",
    "gzip",
    ";q=",
    "0.5",
    ",",
    ";",
    "=",
    "\"",
    " ",
    "\t",
    "name[]=",
    "name%5b%5d=",
    "&",
    "%",
    "%zz",
    "?",
    "é",
    "\u0000"
  };

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> piece =
        Arbitraries.oneOf(Arbitraries.of(PIECES), Arbitraries.strings().ofMaxLength(2));
    Arbitrary<String> few = piece.list().ofMaxSize(40).map(all -> String.join("", all));
    Arbitrary<String> repeated =
        piece.flatMap(one -> Arbitraries.integers().between(1, 9_000).map(one::repeat));
    return Arbitraries.oneOf(few, few, few, repeated);
  }

  @Property
  void headers_anyText_areNegotiated(@ForAll("texts") String value, @ForAll boolean protobuf) {
    List<String> values = List.of(value, value);

    PageFormat format = ContentNegotiation.of(Collections.enumeration(values), protobuf).format();

    assertThat(format).isNotNull();
    assertThat(protobuf || format != PageFormat.PROTOBUF).isTrue();
    assertThat(ContentNegotiation.acceptsGzip(Collections.enumeration(values))).isIn(true, false);
  }

  @Property
  void P15_query_anyText_isReadOrRejected(@ForAll("texts") String query) {
    try {
      assertThat(PageQuery.names(query)).hasSizeLessThanOrEqualTo(PageQuery.MAX_NAMES);
    } catch (RequestRejectedException e) {
      assertThat(e.status()).isIn(400, 414);
      assertThat(e.getMessage()).doesNotContain("Exception").hasSizeLessThan(100);
    }
  }
}
