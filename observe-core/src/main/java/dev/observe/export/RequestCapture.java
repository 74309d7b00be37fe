/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands where the stock OTLP exporter expects the network, and keeps the encoded request instead.
 *
 * <p>The exporter hears 200 at once, so it neither logs nor retries; who calls it then sends the
 * request and learns what the collector really said. Not for several threads at a time.
 */
final class RequestCapture implements HttpSender {
  private final HttpSenderConfig config;
  private final int maxBytes;
  private byte @Nullable [] request;
  private boolean tooLarge;

  private RequestCapture(HttpSenderConfig config, int maxBytes) {
    this.config = config;
    this.maxBytes = maxBytes;
  }

  HttpSenderConfig config() {
    return config;
  }

  /** Returns what was encoded since the last call, or null when that was too large. */
  byte @Nullable [] take() {
    byte[] taken = request;
    if (taken == null && !tooLarge) {
      throw new IllegalStateException("the exporter encoded nothing");
    }
    request = null;
    tooLarge = false;
    return taken;
  }

  @Override
  public void send(
      MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
    int length = message.getContentLength();
    tooLarge = length > maxBytes;
    if (!tooLarge) {
      try {
        Exact bytes = new Exact(length);
        message.writeMessage(bytes);
        request = bytes.toByteArray();
      } catch (IOException e) {
        // Only memory is written to.
        throw new IllegalStateException(e);
      }
    }
    onResponse.accept(Answered.INSTANCE);
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }

  /** Gives its array away without copying it when the length was announced right. */
  private static final class Exact extends ByteArrayOutputStream {
    Exact(int length) {
      super(length);
    }

    @Override
    public synchronized byte[] toByteArray() {
      return count == buf.length ? buf : super.toByteArray();
    }
  }

  /** Offers a capture, and nothing else, to the exporter that looks for a sender. */
  static final class Loader implements ComponentLoader, HttpSenderProvider {
    private final ComponentLoader others;
    private final int maxBytes;
    private @Nullable RequestCapture created;

    Loader(ComponentLoader others, int maxBytes) {
      this.others = others;
      this.maxBytes = maxBytes;
    }

    /** Returns the capture that the exporter built last, or null when it asked for none. */
    @Nullable RequestCapture created() {
      return created;
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
      return service == HttpSenderProvider.class
          ? List.of(service.cast(this))
          : others.load(service);
    }

    @Override
    public HttpSender createSender(HttpSenderConfig config) {
      created = new RequestCapture(config, maxBytes);
      return created;
    }
  }

  private enum Answered implements HttpResponse {
    INSTANCE;

    @Override
    public int getStatusCode() {
      return 200;
    }

    @Override
    public String getStatusMessage() {
      return "OK";
    }

    @Override
    public byte[] getResponseBody() {
      return new byte[0];
    }
  }
}
