/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.TextPage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Links to the other pages; static, without measurements. */
public record IndexPage(TextPage.Response page) implements TextPage.Source {
  /**
   * Creates the page.
   *
   * @param service the title
   * @param pages a description of each path
   */
  public static IndexPage create(String service, Map<String, String> pages) {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>");
    html.append(escape(service));
    html.append("</title></head>\n<body>\n<h1>");
    html.append(escape(service));
    html.append("</h1>\n<ul>\n");
    new TreeMap<>(pages)
        .forEach(
            (path, description) ->
                html.append("<li><a href=\"")
                    .append(escape(path))
                    .append("\">")
                    .append(escape(path))
                    .append("</a> ")
                    .append(escape(description))
                    .append("</li>\n"));
    html.append("</ul>\n</body>\n</html>\n");
    return new IndexPage(new TextPage.Response(200, "text/html; charset=utf-8", html.toString()));
  }

  @Override
  public TextPage.Response respond(List<String> names) {
    return page;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
