package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a table shows of each item: headings, and how to read their cells. */
record Columns(List<Column> columns) {
  record Column(String heading, Function<JsonNode, String> cell) {}

  Columns {
    columns = List.copyOf(columns);
  }

  static Columns none() {
    return new Columns(List.of());
  }

  /** One more column, of the field with this name. */
  Columns and(String heading, String field) {
    return and(heading, item -> Json.plain(item.path(field)));
  }

  /** One more column. */
  Columns and(String heading, Function<JsonNode, String> cell) {
    List<Column> more = new ArrayList<>(columns);
    more.add(new Column(heading, cell));
    return new Columns(more);
  }

  List<String> headings() {
    return columns.stream().map(Column::heading).toList();
  }

  List<String> cells(JsonNode item) {
    return columns.stream().map(column -> column.cell().apply(item)).toList();
  }
}
