package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.catalogue.CacheDefinition.Table;
import io.sequitur.workflows.catalogue.CacheDefinition.Via;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link CacheDefinition}s. Whether the tables and columns exist, only the database knows.
 */
public final class CacheDefinitionReader extends DefinitionReader<CacheDefinition> {
  /** Keys that begin so are the engine's own. */
  public static final String OWN = "sequitur:";

  private static final int MAX_KEY = 200;
  private static final int MAX_TABLES = 50;
  private static final int MAX_TABLE = 127;
  private static final int MAX_JOIN = 8;
  private static final Pattern COLUMN =
      Pattern.compile("[^\\s{}\"\\x00-\\x1f][^{}\"\\x00-\\x1f]{0,62}");
  private static final Pattern TABLE =
      Pattern.compile("(?:[^.\"\\x00-\\x1f]{1,63}\\.)?[^.\"\\x00-\\x1f]{1,63}");

  public CacheDefinitionReader() {
    super("key", "tables");
  }

  @Override
  protected CacheDefinition define(String name, Fields fields) {
    String key = fields.requiredText("key", MAX_KEY, CacheDefinitionReader::keyProblem);
    List<Table> tables = new ArrayList<>();
    List<Fields> written = fields.objects("tables", MAX_TABLES, "table", "via");
    written.forEach(table -> tables.add(table(table)));
    if (written.isEmpty()) {
      fields.problem(
          "tables",
          "`tables` is required: at least one, such as [{\"table\": \"public.feature_flag\"}].");
    }
    requireRegistered(tables, fields);
    return new CacheDefinition(name, key, tables);
  }

  private static Table table(Fields fields) {
    String table = fields.requiredText("table", MAX_TABLE, CacheDefinitionReader::tableProblem);
    Fields via = fields.object("via", "table", "join");
    return new Table(table, via == null ? null : via(via));
  }

  private static Via via(Fields fields) {
    String table = fields.requiredText("table", MAX_TABLE, CacheDefinitionReader::tableProblem);
    JsonNode join = fields.value("join", CacheDefinitionReader::joinProblems);
    if (!fields.has("join")) {
      fields.problem("join", "`join` is required, such as {\"flag_id\": \"id\"}.");
    }
    Map<String, String> columns = new TreeMap<>();
    if (join != null && join.isEmpty()) {
      fields.problem("`join` must name at least one column, such as {\"flag_id\": \"id\"}.");
    }
    if (join != null) {
      join.properties().forEach(column -> columns.put(column.getKey(), column.getValue().asText()));
    }
    return new Via(table, columns);
  }

  // Only then its own moves and deletes are known, whoever its related rows belong to.
  private static void requireRegistered(List<Table> tables, Fields fields) {
    List<String> direct =
        tables.stream().filter(table -> table.via() == null).map(Table::table).toList();
    for (int i = 0; i < tables.size(); i++) {
      Via via = tables.get(i).via();
      if (via != null && !via.table().isEmpty() && !direct.contains(via.table())) {
        fields.problemAt(
            "tables",
            "/%d/via/table".formatted(i),
            "`%s` must stand in `tables` itself, without `via`."
                .formatted(Problem.shorten(via.table(), 64)));
      }
    }
  }

  private static Optional<String> keyProblem(String key) {
    if (key.isBlank()) {
      return Optional.of("Must not be empty.");
    }
    if (key.startsWith(OWN) || key.startsWith("*")) {
      return Optional.of("Keys that begin with `sequitur:` or `*` are Sequitur's own.");
    }
    for (int open = key.indexOf("{{"); open >= 0; open = key.indexOf("{{", open + 2)) {
      int close = key.indexOf("}}", open);
      if (close < 0) {
        return Optional.of("The `{{` at position %d has no `}}`.".formatted(open + 1));
      }
      if (!COLUMN.matcher(key.substring(open + 2, close).strip()).matches()) {
        return Optional.of(
            "`{{ }}` holds the name of a column, such as `{{ team_id }}`, and nothing else.");
      }
    }
    return Texts.lineProblem(key);
  }

  private static Optional<String> tableProblem(String table) {
    return TABLE.matcher(table).matches()
        ? Optional.empty()
        : Optional.of("Must be a table with its schema, such as public.feature_flag.");
  }

  private static List<Problem> joinProblems(JsonNode join, String at) {
    List<Problem> problems = new ArrayList<>();
    if (!join.isObject() || join.size() > MAX_JOIN) {
      problems.add(
          new Problem(
              at,
              "Must be an object of 1 to %d columns, such as {\"flag_id\": \"id\"}."
                  .formatted(MAX_JOIN)));
      return problems;
    }
    join.properties()
        .forEach(column -> {
          if (columnProblem(column.getKey()) || columnProblem(column.getValue().textValue())) {
            problems.add(
                new Problem(
                    Problem.child(at, column.getKey()),
                    "Must be a column of this table and the name of the one in the other table that it equals."));
          }
        });
    return problems;
  }

  private static boolean columnProblem(@Nullable String name) {
    return name == null || !COLUMN.matcher(name).matches();
  }
}
