/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.kotlin

import dev.observe.Metrics
import dev.observe.Tracing
import java.io.IOException
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test

/** Kotlin calls the API with plain lambdas. That this file compiles is the larger half of the test. */
class KotlinLambdasIT {
  private val tracing: Tracing = Tracing.builder("shop").isolated().start()
  private val metrics: Metrics = Metrics.builder("shop").isolated().start()

  @Test
  fun span_lambdaWithResult_returnsIt() {
    val amount: Int = tracing.span("pay") { 42 }
    val nothing: String? = tracing.span("look up") { null }
    val text = tracing.span("outer") { tracing.span("inner") { "paid" } }

    assertThat(amount).isEqualTo(42)
    assertThat(nothing).isNull()
    assertThat(text.length).isEqualTo(4)
  }

  @Test
  fun span_lambdaWithoutResult_runsInASpan() {
    var valid = false

    tracing.span("pay") { valid = io.opentelemetry.api.trace.Span.current().spanContext.isValid }

    assertThat(valid).isTrue()
  }

  @Test
  fun span_lambdaThrows_passesTheExceptionThrough() {
    assertThatThrownBy { tracing.span("pay") { throw IOException("declined") } }
      .isInstanceOf(IOException::class.java)
      .hasMessage("declined")
  }

  @Test
  fun time_lambdas_areCounted() {
    val timer = metrics.timer("checkout")

    val paid: String = timer.time { "paid" }
    timer.time { assertThat(paid).isEqualTo("paid") }
    timer.record(Duration.ofMillis(5))

    val count = metrics.registry().scrape { it == "checkout_seconds" }
      .first().dataPoints.first() as io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot
    assertThat(count.count).isEqualTo(3)
  }

  @Test
  fun otherLambdas_compile() {
    metrics.gauge("queue_size") { 3.0 }
    metrics.addReadinessCheck("database", Duration.ofSeconds(1)) {}
    metrics.addLivenessCheck("workers", Duration.ofSeconds(1)) { check(true) }

    assertThat(metrics.registry().scrape().map { it.metadata.name }).contains("queue_size")
  }
}
