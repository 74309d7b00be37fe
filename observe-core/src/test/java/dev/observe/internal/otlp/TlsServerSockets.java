/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;

/** Server sockets that require a client certificate, or none. */
final class TlsServerSockets extends ServerSocketFactory {
  private final ServerSocketFactory sockets;
  private final boolean clientCertificate;

  TlsServerSockets(ServerSocketFactory sockets, boolean clientCertificate) {
    this.sockets = sockets;
    this.clientCertificate = clientCertificate;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    SSLServerSocket socket = (SSLServerSocket) sockets.createServerSocket();
    socket.setNeedClientAuth(clientCertificate);
    return socket;
  }

  @Override
  public ServerSocket createServerSocket(int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
    throw new UnsupportedOperationException();
  }
}
