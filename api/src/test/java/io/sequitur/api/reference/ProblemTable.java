package io.sequitur.api.reference;

import io.sequitur.api.http.ProblemType;

/** The problem types as a part of a page. */
final class ProblemTable {
  private ProblemTable() {}

  static String markdown() {
    StringBuilder page = new StringBuilder();
    for (ProblemType type : ProblemType.values()) {
      page.append(
          """

          ### %s

          **%d %s**. %s %s
          """
              .formatted(
                  type.anchor(),
                  type.status().getCode(),
                  type.title(),
                  type.meaning(),
                  type.remedy()));
    }
    return page.append('\n').toString();
  }
}
