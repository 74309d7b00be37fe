/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import dev.observe.Tracing;
import dev.observe.examples.support.Http;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;

/**
 * Changes the replicated state: {@code GET /?next=STATE} answers the new state. {@code DELETE /}
 * closes the leading node.
 */
final class StateService extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final long TIMEOUT_SECONDS = 4;

  private final transient Cluster cluster;
  private final transient RaftClient client;
  private final transient Tracing tracing;

  StateService(Cluster cluster, RaftClient client, Tracing tracing) {
    this.cluster = cluster;
    this.client = client;
    this.tracing = tracing;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String next = String.valueOf(request.getParameter("next"));
    try {
      String answer = tracing.span("submit", () -> submit(next));
      Http.answer(response, answer.equals(States.INVALID) ? 400 : 200, answer);
    } catch (IOException e) {
      response.setHeader("Retry-After", "1");
      Http.answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "no leader");
    }
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Http.answer(response, HttpServletResponse.SC_OK, "closed " + cluster.closeLeader());
  }

  /** Waits until a majority of the nodes has the command and the leader has applied it. */
  private String submit(String next) throws IOException {
    Message command = Message.valueOf(new Command(Context.current(), next).text());
    CompletableFuture<RaftClientReply> sent = client.async().send(command);
    try {
      RaftClientReply reply = sent.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!reply.isSuccess()) {
        throw new IOException(reply.getException());
      }
      Span.current().setAttribute("raft.leader", reply.getServerId().toString());
      return reply.getMessage().getContent().toStringUtf8();
    } catch (ExecutionException | TimeoutException e) {
      // The command may still be applied: the caller knows only that it was not acknowledged.
      throw new IOException("no majority has acknowledged the command", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the nodes");
    }
  }
}
