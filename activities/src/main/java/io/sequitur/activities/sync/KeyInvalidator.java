package io.sequitur.activities.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.sync.ActionResult;
import io.sequitur.db.sync.DueAction;
import io.sequitur.workflows.catalogue.InvalidateReader;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.catalogue.TemplateFailure;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes stale what triggers name. Doing it twice is harmless. */
@Singleton
final class KeyInvalidator {
  private final InvalidationStore invalidations;

  KeyInvalidator(InvalidationStore invalidations) {
    this.invalidations = invalidations;
  }

  /**
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  ActionResult attempt(DueAction action) {
    try {
      List<String> keys =
          InvalidateReader.keys(
              StoredJson.read(action.parameters()), ActionEvents.context(action.event()));
      invalidations.invalidate(action.tenant(), keys, action.key().eventId());
      return new ActionResult.Done(null, null);
    } catch (TemplateFailure | IllegalArgumentException | JsonProcessingException e) {
      return new ActionResult.Failed(String.valueOf(e.getMessage()));
    }
  }
}
