package io.sequitur.api.reference;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.sequitur.api.http.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The interface's own description. It needs no key: it is the same for everybody. */
@Controller
final class ReferenceController {
  private static final String OPENAPI = "/openapi.yml";

  private final String openApi = resource();
  private final String problems = ProblemPage.html();

  /** The document that the build compares with the code (RFC 9512 names the type). */
  @Get(OPENAPI)
  @Produces("application/yaml")
  String openApi() {
    return openApi;
  }

  /** What the {@code type} of a problem leads to. */
  @Get(ProblemType.PAGE)
  @Produces("text/html; charset=utf-8")
  String problems() {
    return problems;
  }

  private static String resource() {
    try (InputStream stream = ReferenceController.class.getResourceAsStream(OPENAPI)) {
      if (stream == null) {
        throw new IllegalStateException("this build lacks " + OPENAPI);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
