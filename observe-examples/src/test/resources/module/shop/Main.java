package shop;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Serves one request, prints its answer and the metrics page, and stops. */
public class Main extends HttpServlet {
  public static void main(String[] args) throws Exception {
    try (Tracing tracing = Observe.initTracing("shop");
        Metrics metrics = Observe.initMetrics("shop")) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(args[0]);
      Context app = tomcat.addContext("", null);
      app.addServletContainerInitializer(
          (types, context) -> ObserveFilter.create(tracing, metrics).addTo(context), Set.of());
      Tomcat.addServlet(app, "hello", new Main()).addMapping("/hello");
      tomcat.setPort(0);
      tomcat.start();
      int port = tomcat.getConnector().getLocalPort();
      System.out.println(get(URI.create("http://localhost:" + port + "/hello")));
      // A request may end after its answer has been read.
      String page = get(metrics.uri());
      while (!page.contains("/hello")) {
        page = get(metrics.uri());
      }
      System.out.println(page);
      tomcat.stop();
    }
  }

  private static String get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().println("hello from " + Observe.class.getModule());
  }
}
