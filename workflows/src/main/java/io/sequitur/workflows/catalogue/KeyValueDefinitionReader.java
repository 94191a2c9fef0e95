package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.catalogue.KeyValueDefinition.Kind;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@link KeyValueDefinition}s. */
public final class KeyValueDefinitionReader extends DefinitionReader<KeyValueDefinition> {
  private static final int MAX_VALUE = 4096;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  private final Function<String, Optional<String>> headerValue;
  private final boolean secretsMayStay;

  /**
   * @param headerValue says what is wrong with a text as a header's value, without repeating it
   */
  public KeyValueDefinitionReader(Function<String, Optional<String>> headerValue) {
    this(headerValue, false);
  }

  private KeyValueDefinitionReader(
      Function<String, Optional<String>> headerValue, boolean secretsMayStay) {
    super("kind", "value");
    this.headerValue = headerValue;
    this.secretsMayStay = secretsMayStay;
  }

  /** For files, in which a secret may stand without its value. */
  public KeyValueDefinitionReader forFiles() {
    return new KeyValueDefinitionReader(headerValue, true);
  }

  @Override
  protected KeyValueDefinition define(String name, Fields fields) {
    if (!fields.has("kind")) {
      fields.problem("kind", "`kind` is required: \"static\", \"environment\" or \"secret\".");
    }
    Kind kind = fields.choice("kind", Kind.STATIC, Kind.values());
    if (secretsMayStay && kind == Kind.SECRET) {
      return new KeyValueDefinition(name, kind, fields.text("value", MAX_VALUE, headerValue));
    }
    String value =
        fields.requiredText(
            "value", MAX_VALUE, kind == Kind.ENVIRONMENT ? this::variable : headerValue);
    return new KeyValueDefinition(name, kind, value);
  }

  private Optional<String> variable(String name) {
    return VARIABLE.matcher(name).matches()
        ? Optional.empty()
        : Optional.of("Must be the name of an environment variable, such as ERP_TOKEN.");
  }
}
