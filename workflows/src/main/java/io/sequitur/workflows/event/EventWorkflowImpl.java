package io.sequitur.workflows.event;

import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.delivery.Deliver;
import io.sequitur.workflows.sync.NotifyTargets;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.temporal.workflow.Workflow;

/**
 * Query what is affected, invalidate, deliver, notify: in this order, so that nothing leaves before
 * what it makes stale is dropped. Each step is an idempotent function over rows; the dispatcher may
 * have run all of them already (head start).
 */
public final class EventWorkflowImpl implements EventWorkflow {
  private final QueryAffected event =
      Workflow.newLocalActivityStub(QueryAffected.class, ActivityPolicies.step());
  private final InvalidateCache cache =
      Workflow.newLocalActivityStub(InvalidateCache.class, ActivityPolicies.step());
  private final Deliver delivery =
      Workflow.newLocalActivityStub(Deliver.class, ActivityPolicies.step());
  private final NotifyTargets sync =
      Workflow.newLocalActivityStub(NotifyTargets.class, ActivityPolicies.step());

  @Override
  public void run(EventGroup group) {
    Affected affected = event.queryAffected(group);
    SearchAttributes.upsert(affected.tenants(), affected.triggers());
    cache.invalidateCache(affected);
    delivery.deliver(affected);
    sync.notifyTargets(affected);
  }
}
