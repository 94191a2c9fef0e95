package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a trigger does besides delivering, ready to become a row.
 *
 * @param ordinal its place in the trigger's list, from 0
 * @param kind of {@link TriggerAction#kind}
 * @param parameters as the user wrote them, in JSON; templates are filled in when it is carried out
 */
public record PlannedAction(int ordinal, String kind, String parameters) {
  /**
   * The parameters as a tree.
   *
   * @throws IllegalArgumentException if somebody stored something that is not JSON
   */
  public JsonNode tree() {
    try {
      return StoredJson.read(parameters);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the parameters of its action are not JSON", e);
    }
  }

  /**
   * Those of a trigger's list, as it is stored.
   *
   * @throws IllegalArgumentException if somebody stored something that is no such list
   */
  public static List<PlannedAction> of(String actions) {
    JsonNode list;
    try {
      list = StoredJson.read(actions);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its actions are not JSON", e);
    }
    List<PlannedAction> planned = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode action = list.path(i);
      if (action.size() != 1) {
        throw new IllegalArgumentException("its action " + (i + 1) + " does not do one thing");
      }
      Map.Entry<String, JsonNode> only = action.properties().iterator().next();
      switch (only.getKey()) {
        case TriggerAction.Deliver.KIND -> {}
        case TriggerAction.StartWorkflow.KIND,
            TriggerAction.Invalidate.KIND,
            TriggerAction.Notify.KIND ->
            planned.add(new PlannedAction(i, only.getKey(), only.getValue().toString()));
        default ->
            throw new IllegalArgumentException("its action `" + only.getKey() + "` is unknown");
      }
    }
    return planned;
  }
}
