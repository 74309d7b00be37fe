/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** A Jetty server, for any version of Jakarta EE. */
abstract class JettyServer extends TestServer {
  private final Server server;
  private final ServerConnector connector;

  JettyServer(Handler handler, App app, boolean virtualThreads) {
    server = new Server(virtualThreads ? new VirtualThreadPool() : new QueuedThreadPool());
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(app.headBytes);
    connector =
        new ServerConnector(
            server,
            null,
            null,
            app.ownBuffers ? new ByteBufferPool.NonPooling() : null,
            -1,
            -1,
            new HttpConnectionFactory(configuration),
            new HTTP2CServerConnectionFactory(configuration));
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(1_000);
    connector.setIdleTimeout(60_000);
    server.addConnector(connector);
    server.setHandler(handler);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
