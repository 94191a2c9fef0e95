package io.sequitur.db.catalogue;

import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Names of what stands, to guess what somebody meant who wrote another. */
@Singleton
public final class NameReader {
  /** Names that differ more in length are not alike. */
  private static final int DIFFERENCE = 2;

  private static final int MOST = 20_000;

  private final Jdbi jdbi;

  NameReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Where names of a kind stand. */
  public enum Kind {
    EVENT_TYPE("event type", "select tenant, name from event_type"),
    KEY_VALUE("key-value", "select tenant, name from key_value"),
    WEBHOOK("webhook", "select tenant, name from webhook"),
    SYNC_TARGET("sync target", "select tenant, name from sync_target"),
    TRIGGER(
        "trigger",
        """
        select tenant, name from trigger
        union all select tenant, 'webhook::' || name from webhook where events is not null
        """);

    private final String word;
    private final String names;

    Kind(String word, String names) {
      this.word = word;
      this.names = names;
    }

    /** The word for one. */
    public String word() {
      return word;
    }
  }

  /** Those that are about as long as this one. */
  public List<String> ofSimilarLength(String tenant, Kind kind, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select name from (%s) n
                where tenant = :tenant and length(name) between :shortest and :longest
                order by name limit :most
                """
                    .formatted(kind.names))
            .bind("tenant", tenant)
            .bind("shortest", name.length() - DIFFERENCE)
            .bind("longest", name.length() + DIFFERENCE)
            .bind("most", MOST)
            .mapTo(String.class)
            .list());
  }
}
