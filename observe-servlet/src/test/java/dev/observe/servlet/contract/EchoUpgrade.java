/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends back the bytes of an upgraded connection; created by the container. */
public final class EchoUpgrade implements HttpUpgradeHandler {
  @Override
  public void init(WebConnection connection) {
    try {
      ServletInputStream in = connection.getInputStream();
      ServletOutputStream out = connection.getOutputStream();
      in.setReadListener(
          new ReadListener() {
            private final byte[] buffer = new byte[256];

            @Override
            public void onDataAvailable() throws IOException {
              while (in.isReady()) {
                int count = in.read(buffer);
                if (count < 0) {
                  return;
                }
                out.write(buffer, 0, count);
                out.flush();
              }
            }

            @Override
            public void onAllDataRead() {
              end();
            }

            @Override
            public void onError(Throwable failure) {
              end();
            }

            private void end() {
              try {
                connection.close();
              } catch (Exception e) {
                // Closed already.
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void destroy() {}
}
