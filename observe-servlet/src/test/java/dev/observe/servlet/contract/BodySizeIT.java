/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.contract.MeasurementSite.Recorded;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A recorded body size is the size on the wire; otherwise none is recorded. */
@Tag("container")
class BodySizeIT {
  private static final String TOO_LONG = "a broken promise of length";

  private static final String REQUEST = "http.request.body.size";
  private static final String RESPONSE = "http.response.body.size";

  /** The size of the response that its client does not read to the end. */
  private static final int SEEN_BYTES = 300_000;

  private static final String FORM_HEAD =
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n";

  private interface Check {
    void run(MeasurementSite site) throws Exception;
  }

  private record Case(String name, Check check) {}

  @TestFactory
  Stream<DynamicContainer> sizes_areThoseOnTheWire() {
    return ContainerKind.available().stream()
        .flatMap(
            container ->
                Stream.of(Site.Mapping.values())
                    .map(mapping -> cases(new MeasurementSite(container, mapping), mapping)));
  }

  private static DynamicContainer cases(MeasurementSite site, Site.Mapping mapping) {
    return DynamicContainer.dynamicContainer(
        site.container.title() + ", " + mapping.name().toLowerCase(Locale.ROOT),
        Stream.of(
                exact("a stream", (q, r) -> r.getOutputStream().write(new byte[10_000])),
                exact("nothing", (q, r) -> {}),
                exact("byte by byte", BodySizeIT::byteByByte),
                exact("a writer", BodySizeIT::write),
                exact("a writer in a charset that lacks a character", BodySizeIT::writeLatin),
                exact("a stream that prints", BodySizeIT::print),
                exact("reset, then the writer", BodySizeIT::startOver),
                exact("resetBuffer", BodySizeIT::resetBuffer),
                exact("no content after all", BodySizeIT::noContent),
                exact("a forward", (q, r) -> dispatcher(q).forward(q, r)),
                exact("an include", BodySizeIT::include),
                exact("a redirect", BodySizeIT::redirect),
                exact("on another thread", Async.in(1, (c, r) -> body(c))),
                exact("an asynchronous dispatch", BodySizeIT::dispatch),
                exact("a megabyte without blocking", BodySizeIT::writeWithoutBlocking),
                new Case("the stream is read in chunks", BodySizeIT::chunkedUpload),
                new Case("the reader is read", BodySizeIT::readerUpload),
                new Case("a form", BodySizeIT::form),
                new Case("the stream is read without blocking", BodySizeIT::asyncUpload),
                new Case("a HEAD", BodySizeIT::head),
                new Case(TOO_LONG, BodySizeIT::tooLong),
                new Case("the client leaves", BodySizeIT::clientLeaves),
                error("an error page", (q, r) -> r.sendError(460), true),
                error("the container's error page", (q, r) -> r.sendError(404), false),
                error("an exception", BodySizeIT::fail, false))
            // Jetty cuts off a response that is longer than its Content-Length.
            .filter(c -> !(c.name.equals(TOO_LONG) && site.container.isJetty()))
            .map(c -> DynamicTest.dynamicTest(c.name, () -> c.check.run(site)))
            .onClose(site::close));
  }

  /** A response whose body the application alone writes. */
  private static Case exact(String name, Scenario.Service service) {
    return new Case(
        name,
        site -> {
          Recorded recorded = site.get(service);

          assertThat(recorded.bytes(RESPONSE)).isEqualTo(recorded.answer().body().length());
          assertThat(recorded.bytes(REQUEST)).isZero();
        });
  }

  /** A response whose body the container writes: a recorded size is right, but none is required. */
  private static Case error(String name, Scenario.Service service, boolean page) {
    return new Case(
        name,
        site -> {
          Recorded recorded = site.get(service);

          Long size = recorded.bytes(RESPONSE);
          if (size != null) {
            assertThat(size).isEqualTo(recorded.answer().body().length());
          } else {
            // Jetty writes its error page after all callbacks at the end.
            assertThat(page && !site.container.isJetty()).isFalse();
          }
        });
  }

  private static void byteByByte(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    for (int i = 0; i < 3_000; i++) {
      response.getOutputStream().write(i);
    }
  }

  private static void write(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain; charset=UTF-8");
    response.setLocale(Locale.GERMANY);
    PrintWriter out = response.getWriter();
    out.print("Grüße an ");
    out.println("日本語");
    out.println(42);
    out.println();
    out.printf("%,.2f €%n", 1234567.891);
    out.format(Locale.ROOT, "%.1f", 0.5).append("ö").append("xäöüx", 1, 4).append('ß');
    out.write("😀".charAt(0));
    out.write("😀".charAt(1));
    out.write("aé😀".repeat(5_000).toCharArray(), 1, 9_000);
    out.print((Object) null);
    out.print(new char[] {'x', 'é'});
    out.print(true);
  }

  private static void writeLatin(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setCharacterEncoding("ISO-8859-1");
    response.getWriter().write("é and € and 😀");
  }

  private static void print(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain; charset=UTF-8");
    response.getOutputStream().print("é");
    response.getOutputStream().println(7);
    response.getOutputStream().println("twö");
    response.getOutputStream().println();
    response.getOutputStream().print('x');
  }

  private static void startOver(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getOutputStream().write(new byte[500]);
    response.reset();
    response.setContentType("text/plain; charset=UTF-8");
    response.getWriter().write("fünf");
  }

  private static void resetBuffer(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain; charset=UTF-8");
    response.getWriter().write("taken back");
    response.resetBuffer();
    response.getWriter().write("fünf");
  }

  private static void noContent(HttpServletRequest request, HttpServletResponse response) {
    response.setStatus(204);
  }

  private static RequestDispatcher dispatcher(HttpServletRequest request) {
    return request.getRequestDispatcher("/target/text");
  }

  private static void include(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    response.getWriter().write("before ");
    dispatcher(request).include(request, response);
    response.getWriter().write(" after");
  }

  private static void redirect(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().write("not to be seen");
    response.sendRedirect("/target/text");
  }

  private static void body(AsyncContext context) throws IOException {
    context.getResponse().setContentType("text/plain; charset=UTF-8");
    context.getResponse().getWriter().write("größer ".repeat(3_000));
  }

  private static void dispatch(HttpServletRequest request, HttpServletResponse response) {
    request.startAsync().dispatch("/target/text");
  }

  private static void fail(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().write("not to be seen");
    throw new Failures.Plain();
  }

  private static void writeWithoutBlocking(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    AsyncContext context = request.startAsync();
    ServletOutputStream out = response.getOutputStream();
    out.setWriteListener(new StreamScenarios.Blocks(context, out));
  }

  private static void chunkedUpload(MeasurementSite site) throws Exception {
    Recorded recorded =
        site.send(
            "POST",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n \r\n6\r\nworld!\r\n0\r\n\r\n",
            (q, r) -> r.getOutputStream().write(q.getInputStream().readAllBytes()));

    assertThat(recorded.answer().body()).isEqualTo("hello world!");
    assertThat(recorded.bytes(REQUEST)).isEqualTo(12);
    assertThat(recorded.bytes(RESPONSE)).isEqualTo(12);
  }

  private static void readerUpload(MeasurementSite site) throws Exception {
    String body = "größer\r\nals\n".repeat(2_000);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String chunk =
        "Content-Type: text/plain; charset=UTF-8\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(bytes.length)
            + "\r\n"
            + new String(bytes, StandardCharsets.ISO_8859_1)
            + "\r\n0\r\n\r\n";

    Recorded recorded = site.send("POST", chunk, BodySizeIT::countLines);

    assertThat(recorded.answer().body()).isEqualTo("4000");
    assertThat(recorded.bytes(REQUEST)).isEqualTo(bytes.length);
  }

  private static void countLines(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    BufferedReader reader = request.getReader();
    int lines = 0;
    while (reader.readLine() != null) {
      lines++;
    }
    response.getWriter().print(lines);
  }

  private static void form(MeasurementSite site) throws Exception {
    Recorded recorded =
        site.send(
            "POST", FORM_HEAD + "name=jane", (q, r) -> r.getWriter().write(q.getParameter("name")));

    assertThat(recorded.answer().body()).isEqualTo("jane");
    assertThat(recorded.bytes(REQUEST)).isEqualTo(9);
  }

  private static void asyncUpload(MeasurementSite site) throws Exception {
    Recorded recorded =
        site.talk(
            (q, r) -> {
              AsyncContext context = q.startAsync();
              q.getInputStream().setReadListener(new Drain(context, q.getInputStream()));
            },
            wire -> {
              wire.send(
                  String.join(
                      "\r\n",
                      "POST /served/it HTTP/1.1",
                      "Host: localhost",
                      "Connection: close",
                      "Content-Length: 50000",
                      "",
                      ""));
              for (int i = 0; i < 10; i++) {
                wire.send(new byte[5_000]);
              }
              return wire.read();
            });

    assertThat(recorded.answer().body()).isEqualTo("read");
    assertThat(recorded.bytes(REQUEST)).isEqualTo(50_000);
    assertThat(recorded.bytes(RESPONSE)).isEqualTo(4);
  }

  private record Drain(AsyncContext context, ServletInputStream in) implements ReadListener {
    @Override
    public void onDataAvailable() throws IOException {
      byte[] buffer = new byte[4_096];
      while (in.isReady() && in.read(buffer) >= 0) {
        // The content does not matter.
      }
    }

    @Override
    public void onAllDataRead() throws IOException {
      context.getResponse().getOutputStream().print("read");
      context.complete();
    }

    @Override
    public void onError(Throwable failure) {
      context.complete();
    }
  }

  private static void head(MeasurementSite site) throws Exception {
    Recorded recorded = site.send("HEAD", "", (q, r) -> r.getWriter().write("not to be sent"));

    assertThat(recorded.answer().status()).isEqualTo(200);
    assertThat(recorded.bytes(RESPONSE)).isZero();
  }

  private static void tooLong(MeasurementSite site) throws Exception {
    Recorded recorded =
        site.get(
            (q, r) -> {
              r.setContentLength(5);
              r.getOutputStream().write("hello world".getBytes(StandardCharsets.US_ASCII));
            });

    assertThat(recorded.bytes(RESPONSE)).isEqualTo(recorded.answer().body().length());
  }

  private static void clientLeaves(MeasurementSite site) throws Exception {
    Recorded recorded =
        site.talk(
            (q, r) -> {
              for (int i = 0; i < 4_096; i++) {
                r.getOutputStream().write(new byte[64 * 1024]);
              }
            },
            wire -> {
              wire.send("GET /served/it HTTP/1.1\r\nHost: localhost\r\n\r\n");
              Answer head = wire.readHeadOnly();
              for (int i = 0; i < SEEN_BYTES; i++) {
                wire.readByte();
              }
              wire.reset();
              return head;
            });

    // The written bytes, of which the client may have received fewer.
    assertThat(recorded.bytes(RESPONSE)).isBetween(SEEN_BYTES - 64L * 1024, 4_096L * 64 * 1024 - 1);
    assertThat(recorded.span().getAttributes().asMap().keySet())
        .anyMatch(key -> key.getKey().equals("error.type"));
  }
}
