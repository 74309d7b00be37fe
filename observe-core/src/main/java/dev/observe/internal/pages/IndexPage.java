/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.TextPage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Links to the other pages. Static: nothing that was measured is on it. */
public final class IndexPage implements TextPage.Source {
  private final TextPage.Text text;

  private IndexPage(TextPage.Text text) {
    this.text = text;
  }

  /**
   * Makes the page.
   *
   * @param service the title
   * @param pages what each path shows
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
            (path, shows) ->
                html.append("<li><a href=\"")
                    .append(escape(path))
                    .append("\">")
                    .append(escape(path))
                    .append("</a> ")
                    .append(escape(shows))
                    .append("</li>\n"));
    html.append("</ul>\n</body>\n</html>\n");
    return new IndexPage(new TextPage.Text(200, "text/html; charset=utf-8", html.toString()));
  }

  @Override
  public TextPage.Text text(List<String> names) {
    return text;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
