/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.testing;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;

/**
 * An OTLP/gRPC collector on a free loopback port, for one message per call, over HTTP/2 without
 * TLS.
 */
public final class GrpcReceiver implements AutoCloseable {
  private static final String METHOD =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector();
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  private GrpcReceiver(Path directory) throws LifecycleException {
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.addUpgradeProtocol(new Http2Protocol());
    tomcat.setBaseDir(directory.toString());
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "export", new Export());
    context.addServletMappingDecoded(METHOD, "export");
    tomcat.start();
  }

  /**
   * Starts a receiver.
   *
   * @param directory an empty directory for its files
   */
  public static GrpcReceiver start(Path directory) {
    try {
      return new GrpcReceiver(directory);
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the endpoint, for {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  public String endpoint() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  /** Returns every span received so far. */
  public List<Span> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A message is a byte for compression, four bytes for its length, and its content. */
  private final class Export extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      DataInputStream in = new DataInputStream(request.getInputStream());
      boolean compressed = in.readByte() == 1;
      in.readInt();
      try (InputStream message = compressed ? new GZIPInputStream(in) : in) {
        ExportTraceServiceRequest.parseFrom(message).getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(spans::add);
      }
      byte[] reply = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      response.setContentType("application/grpc");
      response.setTrailerFields(() -> Map.of("grpc-status", "0"));
      DataOutputStream out = new DataOutputStream(response.getOutputStream());
      out.writeByte(0);
      out.writeInt(reply.length);
      out.write(reply);
      out.flush();
    }
  }
}
