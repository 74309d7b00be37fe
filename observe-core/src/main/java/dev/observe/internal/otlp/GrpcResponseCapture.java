/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Captures the collector's answer between the stock gRPC exporter and the user's sender. The
 * exporter always gets OK, so it does not log. Not for several threads at a time.
 */
public final class GrpcResponseCapture implements GrpcSender, GrpcSenderProvider {
  /** The default limit of gRPC servers; they answer a larger message with RESOURCE_EXHAUSTED. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** The list of the OTLP specification, also used by the stock exporter. */
  private static final Set<GrpcStatusCode> RETRYABLE =
      Set.of(
          GrpcStatusCode.CANCELLED,
          GrpcStatusCode.DEADLINE_EXCEEDED,
          GrpcStatusCode.RESOURCE_EXHAUSTED,
          GrpcStatusCode.ABORTED,
          GrpcStatusCode.OUT_OF_RANGE,
          GrpcStatusCode.UNAVAILABLE,
          GrpcStatusCode.DATA_LOSS);

  private final @Nullable GrpcSenderProvider senders;
  private @Nullable GrpcSender sender;
  private @Nullable GrpcSenderConfig config;
  private CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
  private int maxBytes = MAX_MESSAGE_BYTES;

  /**
   * Creates a capture.
   *
   * @param senders creates the user's sender; null to capture the configuration only
   */
  public GrpcResponseCapture(@Nullable GrpcSenderProvider senders) {
    this.senders = senders;
  }

  @Override
  public GrpcSender createSender(GrpcSenderConfig config) {
    this.config = config;
    this.sender = senders == null ? null : senders.createSender(config);
    return this;
  }

  /** Returns the configuration of the sender, or null if the exporter created none. */
  public @Nullable GrpcSenderConfig config() {
    return config;
  }

  /** Sets the future that the next message completes, and the limit of that message. */
  void expect(CompletableFuture<SendOutcome> outcome, int maxBytes) {
    this.outcome = outcome;
    this.maxBytes = maxBytes;
  }

  @Override
  public void send(
      MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
    CompletableFuture<SendOutcome> current = outcome;
    int length = message.getContentLength();
    if (length > maxBytes) {
      current.complete(new SendOutcome.TooLarge());
      onResponse.accept(AcceptedResponse.INSTANCE);
      return;
    }
    Objects.requireNonNull(sender, "sender")
        .send(
            message,
            response -> {
              current.complete(outcome(response, length));
              onResponse.accept(AcceptedResponse.INSTANCE);
            },
            failure -> {
              current.complete(new SendOutcome.Unavailable(SafeText.describe(failure), 0, false));
              onResponse.accept(AcceptedResponse.INSTANCE);
            });
  }

  private static SendOutcome outcome(GrpcResponse response, int length) {
    GrpcStatusCode status = response.getStatusCode();
    if (status == GrpcStatusCode.OK) {
      PartialSuccess partial = PartialSuccess.decode(response.getResponseMessage());
      return new SendOutcome.Accepted(
          0, partial.rejectedSpans(), SafeText.oneLine(partial.message()));
    }
    String answer = "gRPC " + status + " " + SafeText.oneLine(response.getStatusDescription());
    boolean tooLarge = status == GrpcStatusCode.RESOURCE_EXHAUSTED && length > MAX_MESSAGE_BYTES;
    return RETRYABLE.contains(status) && !tooLarge
        ? new SendOutcome.Unavailable(answer, 0, status == GrpcStatusCode.DEADLINE_EXCEEDED)
        : new SendOutcome.Refused(status.getValue(), answer);
  }

  @Override
  public CompletableResultCode shutdown() {
    return sender == null ? CompletableResultCode.ofSuccess() : sender.shutdown();
  }

  private enum AcceptedResponse implements GrpcResponse {
    INSTANCE;

    @Override
    public GrpcStatusCode getStatusCode() {
      return GrpcStatusCode.OK;
    }

    @Override
    public String getStatusDescription() {
      return "";
    }

    @Override
    public byte[] getResponseMessage() {
      return new byte[0];
    }
  }
}
