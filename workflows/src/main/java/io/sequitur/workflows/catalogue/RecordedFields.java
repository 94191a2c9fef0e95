package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.json.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fields that hold nothing, or next to it, and note what they are asked for. */
final class RecordedFields extends Fields {
  private final String at;
  private final Recording.Pass pass;

  RecordedFields(String at, Recording.Pass pass) {
    super(node(at, pass), at, pass.problems());
    this.at = at;
    this.pass = pass;
  }

  // For readers that look at the JSON itself: what seems to be there is an empty object.
  private static ObjectNode node(String at, Recording.Pass pass) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (String pointer : pass.present()) {
      int name = pointer.lastIndexOf('/') + 1;
      if (pointer.substring(0, name - 1).equals(at)) {
        node.putObject(pointer.substring(name));
      }
    }
    return node;
  }

  @Override
  public boolean has(String field) {
    return pass.present().contains(pointer(field));
  }

  @Override
  public @Nullable String text(
      String field, int maxLength, Function<String, Optional<String>> check) {
    asked(field, new FieldShape.Text(maxLength));
    return null;
  }

  @Override
  public boolean flag(String field, boolean otherwise) {
    asked(field, new FieldShape.Flag(otherwise));
    return otherwise;
  }

  @Override
  public int integer(String field, int otherwise, int min, int max) {
    asked(field, new FieldShape.Whole(otherwise, min, max));
    return otherwise;
  }

  @Override
  public Duration duration(String field, Duration otherwise, Duration min, Duration max) {
    asked(field, new FieldShape.Span(otherwise, min, max));
    return otherwise;
  }

  @Override
  public <E extends Enum<E>> E choice(String field, E otherwise, E[] values) {
    List<String> words = Stream.of(values).map(RecordedFields::word).toList();
    asked(field, new FieldShape.Choice(word(otherwise), words));
    return otherwise;
  }

  @Override
  public List<String> texts(String field, int max, Function<String, Optional<String>> check) {
    asked(field, new FieldShape.Texts(max));
    return List.of();
  }

  @Override
  public List<Fields> objects(String field, int max, String... known) {
    asked(field, new FieldShape.Objects(max, ObjectShape.empty()));
    pass.known().put(pointer(field), List.of(known));
    return has(field) ? List.of(new RecordedFields(pointer(field) + "/0", pass)) : List.of();
  }

  @Override
  public @Nullable Fields object(String field, String... known) {
    asked(field, new FieldShape.Nested(ObjectShape.empty()));
    pass.known().put(pointer(field), List.of(known));
    return has(field) ? new RecordedFields(pointer(field), pass) : null;
  }

  private void asked(String field, FieldShape shape) {
    pass.asked().put(pointer(field), shape);
  }

  private String pointer(String field) {
    return Problem.child(at, field);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
