/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Observe;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servlet 3.1 has no servlet mappings: the start is refused, not each request. */
@Tag("javax")
@Tag("javax-only")
class OldServletApiIT {
  private static final Pattern OTHER_CONTAINERS =
      Pattern.compile(".*(tomcat-embed|jetty|undertow|servlet-api)[^/]*\\.jar");

  @TempDir private Path folder;

  @Test
  void deploy_tomcat85_failsWithTheVersions() throws Exception {
    List<URL> urls = new ArrayList<>();
    urls.add(Path.of(System.getProperty("observe.tomcat8.5")).toUri().toURL());
    List<String> entries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !OTHER_CONTAINERS.matcher(entry).matches())
            .toList();
    for (String entry : entries) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    try (CapturedLogs logs = new CapturedLogs();
        URLClassLoader loader =
            new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Callable<?> deployment =
          (Callable<?>)
              loader
                  .loadClass(Deployment.class.getName())
                  .getConstructor(Path.class)
                  .newInstance(folder);

      assertThat(deployment.call()).isEqualTo("available: false, tracing: false");
      assertThat(logs.warnings())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          "The filter 'dev.observe.auto' cannot start: Servlet 4.0 or later is"
                              + " required, and this container has Servlet 3.1; use Tomcat 9,"
                              + " Jetty 10, Undertow 2 or a later version of them"));
    }
  }

  /** Runs with the classes of Tomcat 8.5. */
  public static final class Deployment implements Callable<String> {
    private final Path folder;

    public Deployment(Path folder) {
      this.folder = folder;
    }

    @Override
    public String call() throws Exception {
      // The Tomcat of another test may have set the handler of the JVM.
      TomcatURLStreamHandlerFactory.disable();
      try (WarServer server = new WarServer(folder.resolve("tomcat"))) {
        boolean available =
            server
                .deploy(
                    "/shop",
                    new WarFolder(folder.resolve("shop"))
                        .servlet(HelloServlet.class, "/hello")
                        .param(WarIT.PORT, 0)
                        .write())
                .getState()
                .isAvailable();
        return "available: " + available + ", tracing: " + Observe.currentTracing().isPresent();
      }
    }
  }
}
