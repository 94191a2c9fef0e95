package io.sequitur.api.reference;

import io.sequitur.api.http.ProblemType;

/** A small page that explains the problem types to whoever follows the {@code type} of one. */
final class ProblemPage {
  private ProblemPage() {}

  static String html() {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Problem types</title></head>
            <body>
            <h1>Problem types</h1>
            """);
    for (ProblemType type : ProblemType.values()) {
      page.append(
          """
          <h2 id="%s">%s</h2>
          <p>Status %d. %s %s</p>
          """
              .formatted(
                  type.anchor(),
                  escaped(type.title()),
                  type.status().getCode(),
                  escaped(type.meaning()),
                  escaped(type.remedy())));
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("`([^`]*)`", "<code>$1</code>");
  }
}
