package io.sequitur.activities.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.db.sync.ActionResult;
import io.sequitur.db.sync.DueAction;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.sync.SyncCause;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the targets told that a trigger names. Done twice, it is at most one more round of asking.
 */
@Singleton
final class TargetUrger {
  private final SyncLedger ledger;

  TargetUrger(SyncLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  ActionResult attempt(DueAction action) {
    List<String> missing = new ArrayList<>();
    try {
      for (JsonNode target : StoredJson.read(action.parameters())) {
        String name = target.asText();
        if (ledger.tell(action.tenant(), name, new SyncCause.Urge()).isEmpty()) {
          missing.add(name);
        }
      }
    } catch (JsonProcessingException e) {
      return new ActionResult.Failed("its parameters are not JSON");
    }
    return missing.isEmpty()
        ? new ActionResult.Done(null, null)
        : new ActionResult.Failed("there is no sync target " + String.join(", ", missing));
  }
}
