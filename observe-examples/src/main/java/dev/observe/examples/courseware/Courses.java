/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import dev.observe.examples.courseware.rpc.CoursewaresGrpc;
import dev.observe.examples.courseware.rpc.UsersGrpc;
import dev.observe.examples.support.Sample;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.net.URI;
import java.util.Map;

/**
 * Four services, each with its settings in a file {@code courseware/SERVICE.properties}: two with
 * HTTP for users, and two with gRPC behind them.
 *
 * @param users the URL of user-api
 * @param coursewares the URL of courseware-api
 * @param metrics the page of user-api with its metrics
 * @since 0.1
 */
public record Courses(URI users, URI coursewares, URI metrics) {
  /**
   * Runs the services until Ctrl-C.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    Sample.run(
        sample -> {
          Courses courses = start(sample);
          sample.visit(1, () -> courses.visit(sample));
          return """
          Two services with HTTP call two with gRPC. Log in yourself:
            curl -d ann:secret %s/users
            curl -H 'Authorization: Bearer TOKEN' %s/coursewares/c1
            metrics %s: http_server_request_duration_seconds
          """
              .formatted(courses.users, courses.coursewares, courses.metrics);
        });
  }

  static Courses start(Sample sample) {
    Jwt jwt = new Jwt();
    Telemetry userApi = telemetry(sample, "user-api", 2112);
    Telemetry coursewareApi = telemetry(sample, "courseware-api", 2114);
    Server users = serve(sample, telemetry(sample, "user-rpc", 2113), new UserRpc());
    Server coursewares =
        serve(sample, telemetry(sample, "courseware-rpc", 2115), new CoursewareRpc());

    UserApi userServlet =
        new UserApi(UsersGrpc.newBlockingStub(channel(sample, userApi, users)), jwt);
    CoursewareApi coursewareServlet =
        new CoursewareApi(
            CoursewaresGrpc.newBlockingStub(channel(sample, coursewareApi, coursewares)), jwt);
    return new Courses(
        sample.web("user-api", 8080, userApi.filter(), Map.of("/users", userServlet)).uri(),
        sample
            .web(
                "courseware-api",
                8081,
                coursewareApi.filter(),
                Map.of("/coursewares/*", coursewareServlet))
            .uri(),
        userApi.metrics().uri());
  }

  private static Telemetry telemetry(Sample sample, String service, int metricsPort) {
    return sample.open(
        Telemetry.start(
            sample.metrics(service, metricsPort),
            sample.tracing(service, "/courseware/" + service + ".properties")));
  }

  private static Server serve(Sample sample, Telemetry telemetry, BindableService service) {
    Server server = Rpc.serve(telemetry, service);
    sample.open(() -> Rpc.close(server));
    return server;
  }

  private static ManagedChannel channel(Sample sample, Telemetry telemetry, Server server) {
    ManagedChannel channel = Rpc.channel(telemetry, server);
    sample.open(() -> Rpc.close(channel));
    return channel;
  }

  private void visit(Sample sample) throws Exception {
    String token = sample.send("POST", users.resolve("/users"), "ann:secret").body().strip();
    String[] header = {"Authorization", "Bearer " + token};
    sample.send("GET", users.resolve("/users"), "", header);
    sample.send("GET", coursewares.resolve("/coursewares/c1"), "", header);
    sample.send("GET", coursewares.resolve("/coursewares/c2"), "", header);
    sample.send("GET", coursewares.resolve("/coursewares/c1"), "");
  }
}
