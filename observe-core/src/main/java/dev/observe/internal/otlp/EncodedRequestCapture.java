/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

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
public final class EncodedRequestCapture implements HttpSender {
  /** More than a usual batch takes; what is larger is not worth the heap it stays on. */
  private static final int MAX_KEPT_BYTES = 1024 * 1024;

  private final HttpSenderConfig config;
  private final int maxBytes;
  private final Buffer buffer = new Buffer();
  private boolean captured;
  private boolean tooLarge;

  private EncodedRequestCapture(HttpSenderConfig config, int maxBytes) {
    this.config = config;
    this.maxBytes = maxBytes;
  }

  public HttpSenderConfig config() {
    return config;
  }

  /** Whether what was encoded since the last call is here, which it is not when too large. */
  boolean take() {
    if (!captured && !tooLarge) {
      throw new IllegalStateException("the exporter encoded nothing");
    }
    boolean taken = captured;
    captured = false;
    tooLarge = false;
    return taken;
  }

  /** Returns the array that begins with what was taken; the next request is written there too. */
  byte[] bytes() {
    return buffer.bytes();
  }

  /** Returns the length of what was taken. */
  int length() {
    return buffer.size();
  }

  /** Ends the use of what was taken. */
  void done() {
    buffer.forgetIfLarge();
  }

  @Override
  public void send(
      MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
    int length = message.getContentLength();
    tooLarge = length > maxBytes;
    if (!tooLarge) {
      try {
        buffer.begin(length);
        message.writeMessage(buffer);
        captured = true;
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

  /** Writes into the same array again and again: a new one is cleared first, for nothing. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(0);
    }

    private void begin(int length) {
      if (buf.length < length) {
        // Some more, as the next one may be a little longer.
        buf = new byte[length > MAX_KEPT_BYTES ? length : length + length / 4];
      }
      count = 0;
    }

    private void forgetIfLarge() {
      if (buf.length > 2 * MAX_KEPT_BYTES) {
        buf = new byte[0];
      }
      count = 0;
    }

    private byte[] bytes() {
      return buf;
    }
  }

  /** Offers a capture, and nothing else, to the exporter that looks for a sender. */
  public static final class Loader implements ComponentLoader, HttpSenderProvider {
    private final ComponentLoader others;
    private final int maxBytes;
    private @Nullable EncodedRequestCapture created;

    public Loader(ComponentLoader others, int maxBytes) {
      this.others = others;
      this.maxBytes = maxBytes;
    }

    /** Returns the capture that the exporter built last, or null when it asked for none. */
    public @Nullable EncodedRequestCapture created() {
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
      created = new EncodedRequestCapture(config, maxBytes);
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
