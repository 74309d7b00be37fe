package worker;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import io.opentelemetry.api.metrics.LongCounter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Works in one span, prints the metrics page, and stops. */
public class Main {
  public static void main(String[] args) throws Exception {
    try (Tracing tracing = Observe.initTracing("worker");
        Metrics metrics = Observe.initMetrics("worker")) {
      LongCounter jobs = metrics.meter().counterBuilder("jobs").build();
      int done = tracing.span("job", () -> metrics.timer("job").time(() -> 3));
      jobs.add(done);
      System.out.println(
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(metrics.uri()).build(), BodyHandlers.ofString())
              .body());
    }
  }
}
