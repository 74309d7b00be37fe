/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.TextPage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the build and the start time as JSON. */
public record VersionPage(
    String service, @Nullable String version, BuildInfo build, Instant start, InstantSource clock)
    implements TextPage.Source {
  /**
   * Creates a page for a service that starts now.
   *
   * @param version the version in the resource, or null
   */
  public static VersionPage create(String service, @Nullable String version, BuildInfo build) {
    InstantSource clock = InstantSource.system();
    return new VersionPage(service, version, build, clock.instant(), clock);
  }

  @Override
  public TextPage.Response respond(List<String> names) {
    Package library = VersionPage.class.getPackage();
    double uptime = Duration.between(start, clock.instant()).toMillis() / 1e3;
    JsonText json =
        new JsonText()
            .beginObject()
            .member("service", service)
            .member("version", version)
            .member("buildDate", build.date())
            .member("revision", build.revision())
            .member("startTime", start.toString())
            .member("uptimeSeconds", Math.max(0, uptime))
            .member("java", Runtime.version().toString())
            .member("observe", library == null ? null : library.getImplementationVersion())
            .endObject();
    return new TextPage.Response(200, "application/json", json + "\n");
  }
}
