package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.CliException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code cache set} can say. */
final class CacheFlags {
  private static final Pattern RELATED = Pattern.compile("(\\S+)\\s+(\\S+)");
  private static final Pattern PAIR = Pattern.compile("([^=]+)=(.+)\\.([^.]+)");

  @Option(
      names = "--key",
      paramLabel = "TEMPLATE",
      description = "Its keys, with columns in them: team:{{ team_id }}:flags")
  private @Nullable String key;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description =
          "A table that has the key's columns, such as public.feature_flag; may be repeated.")
  private List<String> tables = List.of();

  @Option(
      names = "--related",
      paramLabel = "TABLE COLUMN=OTHER.COLUMN",
      description =
          "A table whose rows belong to rows of one of those; several columns with commas; may be repeated.")
  private List<String> related = List.of();

  ObjectNode writeTo(ObjectNode cache) {
    if (key != null) {
      cache.put("key", key);
    }
    ArrayNode list = cache.putArray("tables");
    tables.forEach(table -> list.addObject().put("table", table));
    related.forEach(text -> writeRelated(text, list.addObject()));
    return cache;
  }

  private static void writeRelated(String text, ObjectNode entry) {
    Matcher parts = RELATED.matcher(text.strip());
    if (!parts.matches()) {
      throw wrong(text);
    }
    entry.put("table", parts.group(1));
    ObjectNode via = entry.putObject("via");
    ObjectNode join = null;
    for (String written : parts.group(2).split(",")) {
      Matcher pair = PAIR.matcher(written);
      if (!pair.matches()) {
        throw wrong(text);
      }
      if (join == null) {
        via.put("table", pair.group(2));
        join = via.putObject("join");
      }
      join.put(pair.group(1), pair.group(3));
    }
  }

  private static CliException wrong(String text) {
    return new CliException(
        "--related \"%s\" does not say what belongs to what: write 'public.flag_tag flag_id=public.feature_flag.id'"
            .formatted(text));
  }
}
