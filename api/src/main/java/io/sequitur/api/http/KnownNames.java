package io.sequitur.api.http;

import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.NameReader.Kind;
import io.sequitur.workflows.catalogue.Suggestion;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.Collection;

/** Says of a name that nothing has it, and which one may have been meant. */
@Singleton
public final class KnownNames {
  /** Longer than any name. */
  private static final int LONGEST_SHOWN = 80;

  private final NameReader names;

  KnownNames(NameReader names) {
    this.names = names;
  }

  /** The answer to a request for it: 404. */
  public ProblemException missing(String tenant, Kind kind, String name) {
    return new ProblemException(ProblemType.NOT_FOUND, sentence(tenant, kind, name));
  }

  /** Such as {@code There is no webhook epr; did you mean erp?}. */
  public String sentence(String tenant, Kind kind, String name) {
    return sentence(kind.word(), name, names.ofSimilarLength(tenant, kind, name));
  }

  /** The same among these names. */
  public static String sentence(String kind, String name, Collection<String> known) {
    return "There is no %s %s%s"
        .formatted(
            kind,
            Problem.shorten(name, LONGEST_SHOWN),
            Suggestion.of(name, known).map(meant -> "; did you mean " + meant + "?").orElse("."));
  }
}
