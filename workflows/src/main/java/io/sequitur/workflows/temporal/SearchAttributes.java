package io.sequitur.workflows.temporal;

import io.temporal.common.SearchAttributeKey;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How events are found in Temporal: by tenant, trigger, and event id. */
public final class SearchAttributes {
  public static final SearchAttributeKey<List<String>> TENANT =
      SearchAttributeKey.forKeywordList("SequiturTenant");
  public static final SearchAttributeKey<List<String>> TRIGGER =
      SearchAttributeKey.forKeywordList("SequiturTrigger");
  public static final SearchAttributeKey<List<String>> EVENT =
      SearchAttributeKey.forKeywordList("SequiturEvent");

  /**
   * Temporal stores at most 2 KB per value; beyond that an event's run, which the API names, leads
   * to the workflow.
   */
  private static final int VALUE_BYTES = 1900;

  private SearchAttributes() {}

  /** As many as fit, in order. */
  public static List<String> fitting(Collection<String> values) {
    List<String> fitting = new ArrayList<>();
    int bytes = 2;
    for (String value : values) {
      bytes += value.length() + 3;
      if (bytes > VALUE_BYTES) {
        break;
      }
      fitting.add(value);
    }
    return fitting;
  }

  /** Called by the workflow after step 1: what matched is known only then. */
  public static void upsert(List<String> tenants, List<String> triggers) {
    Workflow.upsertTypedSearchAttributes(
        TENANT.valueSet(fitting(tenants)), TRIGGER.valueSet(fitting(triggers)));
  }
}
