/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the encoded request of the stock OTLP exporter instead of sending it.
 *
 * <p>The exporter gets a 200 at once, so it neither logs nor retries. Its caller then sends the
 * request, and sees the collector's answer. Not for several threads at a time.
 */
public final class EncodedRequestCapture implements HttpSender, HttpSenderProvider {
  /** More than a usual batch; larger buffers are released after use. */
  private static final int MAX_RETAINED_BUFFER_BYTES = 1024 * 1024;

  private final int maxBytes;
  private final Buffer buffer = new Buffer();
  private boolean captured;
  private boolean tooLarge;
  private @Nullable HttpSenderConfig config;

  public EncodedRequestCapture(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public HttpSender createSender(HttpSenderConfig config) {
    this.config = config;
    return this;
  }

  /** Returns the configuration of the sender, or null if the exporter created none. */
  public @Nullable HttpSenderConfig config() {
    return config;
  }

  /** Takes the request encoded since the last call; returns false if it was too large. */
  boolean take() {
    if (!captured && !tooLarge) {
      throw new IllegalStateException("the exporter encoded nothing");
    }
    boolean taken = captured;
    captured = false;
    tooLarge = false;
    return taken;
  }

  /** Returns the array that begins with the taken request; the next request overwrites it. */
  byte[] bytes() {
    return buffer.bytes();
  }

  /** Returns the length of the taken request. */
  int length() {
    return buffer.size();
  }

  /** Ends the use of the taken request. */
  void release() {
    buffer.releaseIfLarge();
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
        // Not thrown: the output is memory.
        throw new IllegalStateException(e);
      }
    }
    onResponse.accept(AcceptedResponse.INSTANCE);
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }

  /** Reuses one array, since the JVM would clear each new one. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(0);
    }

    private void begin(int length) {
      if (buf.length < length) {
        // With room for a slightly longer request.
        buf = new byte[length > MAX_RETAINED_BUFFER_BYTES ? length : length + length / 4];
      }
      count = 0;
    }

    private void releaseIfLarge() {
      if (buf.length > 2 * MAX_RETAINED_BUFFER_BYTES) {
        buf = new byte[0];
      }
      count = 0;
    }

    private byte[] bytes() {
      return buf;
    }
  }

  private enum AcceptedResponse implements HttpResponse {
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
