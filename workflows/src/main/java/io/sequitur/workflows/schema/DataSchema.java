package io.sequitur.workflows.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import io.sequitur.workflows.json.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A compiled JSON Schema, which says what is wrong with the data of an event. Thread-safe. */
public final class DataSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Whatever a schema says, one of these is looked at by it. */
  private static final List<JsonNode> SAMPLES =
      List.of(
          NODES.nullNode(),
          NODES.booleanNode(true),
          NODES.numberNode(0),
          NODES.textNode(""),
          NODES.arrayNode(),
          NODES.objectNode());

  private final Schema schema;

  private DataSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Compiles a schema of draft 2020-12, or of the draft that its {@code $schema} names.
   *
   * @throws InvalidSchema with what is wrong, the first few
   */
  public static DataSchema compile(JsonNode written) throws InvalidSchema {
    refuse(SchemaSize.problems(written));
    Draft draft = draft(written);
    refuse(SchemaRules.problems(written));
    try {
      refuse(
          draft.problems(written).stream().map(error -> problem(error, "")).distinct().limit(20));
      DataSchema compiled = new DataSchema(draft.compile(bare(written)));
      SAMPLES.forEach(sample -> compiled.schema.validate(new Evaluation(), sample));
      return compiled;
    } catch (TooCostly e) {
      throw refused("The schema cannot be used: " + e.getMessage() + ".");
    } catch (RuntimeException e) {
      // The library has many kinds; some schemas it fails at in ways of its own.
      throw refused("The schema cannot be compiled: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw refused("The schema cannot be compiled: its references lead too deep.");
    }
  }

  /**
   * What is wrong with the data of an event.
   *
   * @param body the complete CloudEvent
   * @param at pointer of the event in what was sent
   * @param max how many problems are told
   */
  public List<Problem> check(String body, String at, int max) {
    String data = at + "/data";
    try {
      Evaluation evaluation = new Evaluation();
      schema.validate(evaluation, DataTree.of(body));
      return evaluation.getErrors().stream()
          .map(error -> problem(error, data))
          .distinct()
          .limit(max)
          .toList();
    } catch (DataTree.Unreadable e) {
      return List.of(new Problem(data, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      String detail = "The data does not pass, as it could not be checked: " + e.getMessage() + ".";
      return List.of(new Problem(data, detail));
    }
  }

  private static Draft draft(JsonNode written) throws InvalidSchema {
    JsonNode uri = written.path("$schema");
    if (uri.isMissingNode()) {
      return Draft.LATEST;
    }
    return Draft.of(uri.asText())
        .orElseThrow(() ->
            new InvalidSchema(
                List.of(
                    new Problem(
                        "/$schema", "This draft is not known; known: " + Draft.known() + "."))));
  }

  /** References begin with {@code #}, so neither names are needed any more. */
  private static JsonNode bare(JsonNode written) {
    return written instanceof ObjectNode object
        ? object.deepCopy().without(List.of("$schema", "$id"))
        : written;
  }

  private static Problem problem(Error error, String at) {
    String place = at + error.getInstanceLocation();
    // A missing field is pointed at where it should stand.
    boolean missing = "required".equals(error.getKeyword()) && error.getProperty() != null;
    return new Problem(
        missing ? Problem.child(place, error.getProperty()) : place, sentence(error.getMessage()));
  }

  private static String sentence(String message) {
    String begun = message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
    return begun.endsWith(".") ? begun : begun + ".";
  }

  private static InvalidSchema refused(String detail) {
    return new InvalidSchema(List.of(new Problem("", detail)));
  }

  private static void refuse(Stream<Problem> problems) throws InvalidSchema {
    refuse(problems.toList());
  }

  private static void refuse(List<Problem> problems) throws InvalidSchema {
    if (!problems.isEmpty()) {
      throw new InvalidSchema(problems);
    }
  }
}
