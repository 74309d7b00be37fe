/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.LogText;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the stock gRPC exporter and the sender the user has added, and notes what the
 * collector said. The exporter itself hears OK, so it neither logs nor reduces the answer to yes or
 * no. Not for several threads at a time.
 */
final class GrpcResponseCapture implements GrpcSender {
  /** What gRPC servers take by default; a larger message is answered as if they were too busy. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** As the OTLP specification lists them; the stock exporter retries for the same. */
  private static final Set<GrpcStatusCode> RETRYABLE =
      Set.of(
          GrpcStatusCode.CANCELLED,
          GrpcStatusCode.DEADLINE_EXCEEDED,
          GrpcStatusCode.RESOURCE_EXHAUSTED,
          GrpcStatusCode.ABORTED,
          GrpcStatusCode.OUT_OF_RANGE,
          GrpcStatusCode.UNAVAILABLE,
          GrpcStatusCode.DATA_LOSS);

  private final GrpcSender sender;
  private final GrpcSenderConfig config;
  private CompletableFuture<SendOutcome> answer = new CompletableFuture<>();
  private int maxBytes = MAX_MESSAGE_BYTES;

  private GrpcResponseCapture(GrpcSender sender, GrpcSenderConfig config) {
    this.sender = sender;
    this.config = config;
  }

  GrpcSenderConfig config() {
    return config;
  }

  /** Returns what will be said to the next message, which may have {@code maxBytes}. */
  CompletableFuture<SendOutcome> expect(int maxBytes) {
    this.maxBytes = maxBytes;
    answer = new CompletableFuture<>();
    return answer;
  }

  @Override
  public void send(
      MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
    CompletableFuture<SendOutcome> mine = answer;
    int length = message.getContentLength();
    if (length > maxBytes) {
      mine.complete(new SendOutcome.TooLarge());
      onResponse.accept(Answered.INSTANCE);
      return;
    }
    sender.send(
        message,
        response -> {
          mine.complete(outcome(response, length));
          onResponse.accept(Answered.INSTANCE);
        },
        failure -> {
          mine.complete(new SendOutcome.Unavailable(LogText.describe(failure), 0, false));
          onResponse.accept(Answered.INSTANCE);
        });
  }

  private static SendOutcome outcome(GrpcResponse response, int length) {
    GrpcStatusCode status = response.getStatusCode();
    if (status == GrpcStatusCode.OK) {
      PartialSuccess partial = PartialSuccess.decode(response.getResponseMessage());
      return new SendOutcome.Accepted(
          0, partial.rejectedSpans(), LogText.oneLine(partial.message()));
    }
    String said = "gRPC " + status + " " + LogText.oneLine(response.getStatusDescription());
    boolean tooLarge = status == GrpcStatusCode.RESOURCE_EXHAUSTED && length > MAX_MESSAGE_BYTES;
    return RETRYABLE.contains(status) && !tooLarge
        ? new SendOutcome.Unavailable(said, 0, status == GrpcStatusCode.DEADLINE_EXCEEDED)
        : new SendOutcome.Refused(status.getValue(), said);
  }

  @Override
  public CompletableResultCode shutdown() {
    return sender.shutdown();
  }

  /** Offers an observer of the first sender found to the exporter that looks for one. */
  static final class Loader implements ComponentLoader, GrpcSenderProvider {
    private final ComponentLoader others;
    private @Nullable GrpcResponseCapture created;

    public Loader(ComponentLoader others) {
      this.others = others;
    }

    /** Returns whether there is a sender at all. */
    boolean hasSender() {
      return senders().hasNext();
    }

    /** Returns the observer that the exporter built last, or null when it asked for none. */
    @Nullable GrpcResponseCapture created() {
      return created;
    }

    private Iterator<GrpcSenderProvider> senders() {
      return others.load(GrpcSenderProvider.class).iterator();
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
      return service == GrpcSenderProvider.class
          ? List.of(service.cast(this))
          : others.load(service);
    }

    @Override
    public GrpcSender createSender(GrpcSenderConfig config) {
      created = new GrpcResponseCapture(senders().next().createSender(config), config);
      return created;
    }
  }

  private enum Answered implements GrpcResponse {
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
