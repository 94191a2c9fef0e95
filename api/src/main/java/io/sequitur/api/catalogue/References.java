package io.sequitur.api.catalogue;

import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.api.http.KnownNames;
import io.sequitur.workflows.catalogue.TriggerAction;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.webhook.WebhookDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether what a file's entries refer to will be there: in the file, or in the database and not
 * about to be pruned. What the file does not name cannot refer to what is pruned: it goes too.
 */
record References(boolean prune, List<Problem> problems) {

  void check(
      Declared file,
      Set<String> standingKeyValues,
      Set<String> standingWebhooks,
      Set<String> standingTargets) {
    for (Entry<WebhookDefinition> webhook : file.webhooks().entries()) {
      for (int i = 0; i < webhook.definition().headers().size(); i++) {
        String keyValue = webhook.definition().headers().get(i).keyValue();
        String pointer = webhook.pointer() + "/headers/" + i + "/keyValue";
        if (keyValue != null && !file.keyValues().names().contains(keyValue)) {
          missing(
              pointer,
              webhook,
              "webhook",
              "key-value",
              keyValue,
              standingKeyValues,
              file.keyValues());
        }
      }
    }
    for (Entry<TriggerDefinition> trigger : file.triggers().entries()) {
      checkTargets(trigger, file, standingTargets);
      for (int i = 0; i < trigger.definition().actions().size(); i++) {
        List<String> named = trigger.definition().actions().get(i).webhooks();
        for (int j = 0; j < named.size(); j++) {
          String pointer = "%s/actions/%d/deliver/%d".formatted(trigger.pointer(), i, j);
          if (!file.webhooks().names().contains(named.get(j))) {
            missing(
                pointer,
                trigger,
                "trigger",
                "webhook",
                named.get(j),
                standingWebhooks,
                file.webhooks());
          }
        }
      }
    }
  }

  private void checkTargets(Entry<TriggerDefinition> trigger, Declared file, Set<String> standing) {
    for (int i = 0; i < trigger.definition().actions().size(); i++) {
      if (trigger.definition().actions().get(i) instanceof TriggerAction.Notify notify) {
        for (int j = 0; j < notify.targets().size(); j++) {
          String name = notify.targets().get(j);
          String pointer = "%s/actions/%d/notify/%d".formatted(trigger.pointer(), i, j);
          if (!file.syncTargets().names().contains(name)) {
            missing(pointer, trigger, "trigger", "sync target", name, standing, file.syncTargets());
          }
        }
      }
    }
  }

  private void missing(
      String pointer,
      Entry<?> user,
      String userKind,
      String kind,
      String name,
      Set<String> standing,
      Section<?> declared) {
    if (!standing.contains(name)) {
      Set<String> known = new TreeSet<>(declared.names());
      known.addAll(prune ? Set.of() : standing);
      problems.add(new Problem(pointer, KnownNames.sentence(kind, name, known)));
    } else if (prune) {
      problems.add(
          new Problem(
              pointer,
              "The %s %s is not in the file, so it would be deleted, but the %s %s uses it."
                  .formatted(kind, name, userKind, user.name())));
    }
  }
}
