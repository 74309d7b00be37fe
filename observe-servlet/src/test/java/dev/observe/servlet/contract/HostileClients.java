/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Send hostile requests, many at once on one connection, and reconnect when it is closed. */
public final class HostileClients {
  private static final int CLIENTS = 4;
  private static final int BATCH = 25;

  /**
   * Stands for a status if the connection was closed, or after half a minute.
   *
   * <p>Requests that follow a refused one on its connection need no response (RFC 9112, 9.3.2), so
   * they are sent again on another connection; this is for a request that was alone or the next.
   */
  static final int UNANSWERED = 0;

  private HostileClients() {}

  /** Sends a number of requests and returns the count of each status. */
  static Map<Integer, Integer> attack(int port, int count, long seed) throws Exception {
    return attack(port, count, seed, HostileRequests::new);
  }

  /** Sends a number of requests to {@code /shop} and returns the count of each status. */
  public static Map<Integer, Integer> attackShop(int port, int count, long seed) throws Exception {
    return attack(port, count, seed, HostileRequests::inShop);
  }

  private static Map<Integer, Integer> attack(
      int port, int count, long seed, LongFunction<HostileRequests> requests) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Map<Integer, Integer>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(port, requests.apply(seed * CLIENTS + i), count / CLIENTS);
        clients.add(threads.submit(client::run));
      }
      Map<Integer, Integer> statuses = new TreeMap<>();
      for (Future<Map<Integer, Integer>> client : clients) {
        client.get().forEach((status, times) -> statuses.merge(status, times, Integer::sum));
      }
      return statuses;
    } finally {
      threads.shutdownNow();
    }
  }

  private static final class Client {
    private final int port;
    private final HostileRequests requests;
    private final Deque<HostileRequests.Request> waiting = new ArrayDeque<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private int left;

    Client(int port, HostileRequests requests, int count) {
      this.port = port;
      this.requests = requests;
      this.left = count;
    }

    Map<Integer, Integer> run() throws IOException {
      int batch = BATCH;
      while (left > 0 || !waiting.isEmpty()) {
        // After a closed connection, the next request is sent alone, as it may be the cause.
        batch = converse(batch) ? BATCH : 1;
      }
      return statuses;
    }

    /** Uses one connection until its end; returns false if a response is missing then. */
    private boolean converse(int firstBatch) throws IOException {
      int batch = firstBatch;
      try (Wire wire = Wire.connect(port)) {
        while (true) {
          List<HostileRequests.Request> sent = fill(batch);
          if (sent.isEmpty()) {
            return true;
          }
          send(wire, sent);
          for (HostileRequests.Request request : sent) {
            Answer answer = answer(wire, request);
            if (answer.ending() == Answer.Ending.CLOSED && sent.size() > 1) {
              return false;
            }
            waiting.poll();
            statuses.merge(answer.status(), 1, Integer::sum);
            if (isLast(request, answer)) {
              return true;
            }
          }
          batch = BATCH;
        }
      }
    }

    private static Answer answer(Wire wire, HostileRequests.Request request) throws IOException {
      try {
        return wire.read(request.method());
      } catch (SocketTimeoutException e) {
        return Answer.left(UNANSWERED);
      } catch (RuntimeException e) {
        throw new AssertionError("no readable response to " + request, e);
      }
    }

    private static boolean isLast(HostileRequests.Request request, Answer answer) {
      // Jetty refuses some requests before it knows that they are HEAD, with a body.
      boolean bodyOfHead = request.method().equals("HEAD") && answer.status() >= 400;
      return answer.ending() != Answer.Ending.COMPLETE
          || answer.header("Connection").equalsIgnoreCase("close")
          || bodyOfHead;
    }

    private List<HostileRequests.Request> fill(int batch) {
      while (waiting.size() < batch && left > 0) {
        waiting.add(requests.next());
        left--;
      }
      return waiting.stream().limit(batch).toList();
    }

    private static void send(Wire wire, List<HostileRequests.Request> sent) {
      StringBuilder bytes = new StringBuilder();
      sent.forEach(request -> bytes.append(request.text()));
      try {
        wire.send(bytes.toString());
      } catch (IOException e) {
        // The server closed the connection; earlier responses can still be read.
      }
    }
  }
}
