/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests built from {@code hostile/corpus.txt}; the same ones for the same seed. */
final class HostileRequests {
  private static final Map<String, List<String>> CORPUS = read();
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\{(?:(n)|(w)|(nl)|([0-9]+)\\*((?:\\{nl}|[^}])*))}|\\\\(?:x([0-9a-f]{2})|(.))");
  private static final List<String> PARTS =
      List.of("method", "target", "host", "user-agent", "forwarded", "trace", "header");

  private final Random random;

  /** Whether targets begin with a spelling of {@code /shop}. */
  private final boolean inShop;

  /** The bytes of a request, and its method, which determines the framing of the response. */
  record Request(String method, String text) {}

  HostileRequests(long seed) {
    this(seed, false);
  }

  private HostileRequests(long seed, boolean inShop) {
    this.random = new Random(seed);
    this.inShop = inShop;
  }

  /** Returns requests to an application at {@code /shop}, which hostile ones spell differently. */
  static HostileRequests inShop(long seed) {
    return new HostileRequests(seed, true);
  }

  private static Map<String, List<String>> read() {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    try (InputStream in = HostileRequests.class.getResourceAsStream("/hostile/corpus.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<String> section = new ArrayList<>();
      for (String line : text.lines().toList()) {
        if (line.matches("\\[[a-z-]+]")) {
          section = new ArrayList<>();
          sections.put(line.substring(1, line.length() - 1), section);
        } else if (!line.isEmpty() && !line.startsWith("#")) {
          section.add(line);
        }
      }
      return sections;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the number of values in the corpus. */
  static int size() {
    return CORPUS.values().stream().mapToInt(List::size).sum();
  }

  /** Returns a request with up to three hostile parts; the rest is that of a browser. */
  Request next() {
    List<String> hostile = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      hostile.add(PARTS.get(random.nextInt(PARTS.size())));
    }
    String method = hostile.contains("method") ? any("method") : "GET";
    StringBuilder head = new StringBuilder(method);
    String target = hostile.contains("target") ? any("target") : "/products";
    boolean hasContext = inShop && target.startsWith("/");
    head.append(' ').append(hasContext ? any("context") : "").append(target);
    head.append(random.nextInt(100) == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    head.append("Host: ").append(hostile.contains("host") ? any("host") : "shop.example");
    head.append("\r\nUser-Agent: ");
    head.append(hostile.contains("user-agent") ? any("user-agent") : "curl/8.5.0").append("\r\n");
    for (String part : List.of("forwarded", "trace", "header")) {
      if (hostile.contains(part)) {
        head.append(any(part)).append("\r\n");
      }
    }
    return new Request(method, head.append("\r\n").toString());
  }

  private String any(String section) {
    List<String> values = CORPUS.get(section);
    return expand(values.get(random.nextInt(values.size())));
  }

  private String expand(String value) {
    Matcher token = TOKEN.matcher(value);
    StringBuilder text = new StringBuilder();
    int copied = 0;
    while (token.find()) {
      text.append(value, copied, token.start()).append(replacement(token));
      copied = token.end();
    }
    return text.append(value, copied, value.length()).toString();
  }

  private String replacement(Matcher token) {
    if (token.group(1) != null) {
      return Integer.toString(random.nextInt(100_000));
    }
    if (token.group(2) != null) {
      return word();
    }
    if (token.group(3) != null) {
      return "\r\n";
    }
    if (token.group(4) != null) {
      return expand(token.group(5)).repeat(Integer.parseInt(token.group(4)));
    }
    if (token.group(6) != null) {
      return Character.toString(Integer.parseInt(token.group(6), 16));
    }
    return switch (token.group(7)) {
      case "r" -> "\r";
      case "n" -> "\n";
      case "t" -> "\t";
      case "0" -> "\0";
      default -> token.group(7);
    };
  }

  private String word() {
    StringBuilder word = new StringBuilder(8);
    for (int i = 0; i < 8; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }
}
