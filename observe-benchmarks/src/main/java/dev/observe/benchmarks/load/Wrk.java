/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk, in one thread. */
final class Wrk implements Generator {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern COUNT = Pattern.compile("([0-9]+) requests in ");
  private static final String TIME = "%\\s+([0-9.]+)(us|ms|s)\\s";

  static boolean isPresent() {
    try {
      Process process = new ProcessBuilder("wrk", "-v").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Load run(URI uri, int connections, Duration duration)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + duration.toSeconds() + "s",
                "--latency",
                uri.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    if (output.contains("Non-2xx") || output.contains("Socket errors")) {
      throw new IOException("wrk must report no errors, printed " + output);
    }
    return new Load(
        Long.parseLong(find(COUNT, output).group(1)),
        Double.parseDouble(find(RATE, output).group(1)),
        micros(50, output),
        micros(99, output));
  }

  private static double micros(int percent, String output) throws IOException {
    Matcher time = find(Pattern.compile(percent + TIME), output);
    double value = Double.parseDouble(time.group(1));
    return switch (time.group(2)) {
      case "us" -> value;
      case "ms" -> value * 1e3;
      default -> value * 1e6;
    };
  }

  private static Matcher find(Pattern pattern, String output) throws IOException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IOException("wrk must print " + pattern + ", printed " + output);
    }
    return matcher;
  }

  @Override
  public String toString() {
    return "wrk";
  }
}
