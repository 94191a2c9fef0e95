package io.sequitur.workflows.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.resource.SchemaLoader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A draft of JSON Schema that is known. */
final class Draft {
  static final Draft LATEST =
      new Draft("https://json-schema.org/draft/2020-12/schema", Dialects.getDraft202012());
  private static final List<Draft> KNOWN =
      List.of(LATEST, new Draft("http://json-schema.org/draft-07/schema#", Dialects.getDraft7()));

  /** The library wants references to have something to be relative to. */
  private static final SchemaLocation BASE = SchemaLocation.of("urn:sequitur:event-type");

  private final String uri;
  private final SchemaRegistry registry;
  private final Schema meta;

  private Draft(String uri, Dialect dialect) {
    this.uri = uri;
    this.registry = registry(dialect);
    this.meta = registry.getSchema(SchemaLocation.of(dialect.getId()));
  }

  /** The draft that {@code $schema} names; an empty fragment makes no difference. */
  static Optional<Draft> of(String uri) {
    return KNOWN.stream().filter(draft -> bare(draft.uri).equals(bare(uri))).findFirst();
  }

  static String known() {
    return KNOWN.stream().map(draft -> draft.uri).collect(Collectors.joining(", "));
  }

  /** What the draft's own schema says against this schema. */
  List<Error> problems(JsonNode schema) {
    Evaluation evaluation = new Evaluation();
    meta.validate(evaluation, schema);
    return evaluation.getErrors();
  }

  /** The schema must have been looked through before: what is wrong here is an exception. */
  Schema compile(JsonNode schema) {
    Schema compiled = registry.getSchema(BASE, schema);
    compiled.initializeValidators();
    return compiled;
  }

  // Only what comes with the library may be loaded: no network, no files, nothing else of the class
  // path.
  private static SchemaRegistry registry(Dialect dialect) {
    SchemaLoader bundled = SchemaLoader.builder().allow(iri -> bundled(iri.toString())).build();
    return SchemaRegistry.withDialect(
        annotating(dialect),
        builder ->
            builder
                .schemaCacheEnabled(false)
                .schemaLoader(bundled)
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .locale(Locale.ENGLISH)
                        // 1.0 is an integer since draft 6.
                        .losslessNarrowing(true)
                        .formatAssertionsEnabled(false)
                        .regularExpressionFactory(new LinearRegex())
                        .build()));
  }

  private static boolean bundled(String iri) {
    return iri.startsWith("https://json-schema.org/draft/2020-12/")
        || iri.startsWith("http://json-schema.org/draft-07/");
  }

  /** What describes the content of a text, and what the draft does not know, is for people. */
  private static Dialect annotating(Dialect dialect) {
    return Dialect.builder(dialect)
        .keyword(new NonValidationKeyword("contentEncoding"))
        .keyword(new NonValidationKeyword("contentMediaType"))
        .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
        .build();
  }

  private static String bare(String uri) {
    return uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
  }
}
