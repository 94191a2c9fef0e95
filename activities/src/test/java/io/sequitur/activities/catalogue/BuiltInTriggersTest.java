package io.sequitur.activities.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.webhook.ChangedWebhooks;
import io.sequitur.workflows.catalogue.EventPattern;
import io.sequitur.workflows.catalogue.TriggerMatcher;
import io.sequitur.workflows.catalogue.TriggerRule;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

final class BuiltInTriggersTest {
  private static final String INVALIDATE = "sequitur::invalidate-webhooks";

  private final BuiltInTriggers triggers =
      new BuiltInTriggers(
          new InvalidateWebhooks(
              new ChangedWebhooks(
                  Jdbi.create(() -> {
                    throw new SQLException("nobody should ask");
                  }))),
          new NotifySyncTargets());

  @Test
  void everyBuiltInTriggerThatThereIsIsRegistered() {
    assertThat(triggers.all())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrder(BuiltInTrigger.class.getPermittedSubclasses());
    for (Class<?> type : BuiltInTrigger.class.getPermittedSubclasses()) {
      assertThat(type).isFinal().hasAnnotation(Singleton.class);
    }
  }

  @Test
  void oneThatIsNotRegisteredStopsTheStartAndIsNamed() {
    assertThatThrownBy(() -> BuiltInTriggers.requireComplete(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("InvalidateWebhooks")
        .hasMessageContaining("BuiltInTriggers");
  }

  @Test
  void theyAreNamedApartDescribedAndListenToTheEnginesOwnEvents() {
    assertThat(triggers.all()).extracting(BuiltInTrigger::name).doesNotHaveDuplicates().isSorted();
    for (BuiltInTrigger trigger : triggers.all()) {
      assertThat(trigger.name()).matches("sequitur::[a-z0-9][a-z0-9-]*");
      assertThat(trigger.description()).endsWith(".");
      assertThat(trigger.events()).isNotEmpty().allMatch(type -> type.startsWith(EventPattern.OWN));
      assertThat(triggers.find(trigger.name())).contains(trigger);
    }
    assertThat(triggers.find("sequitur::nothing")).isEmpty();
  }

  @Test
  void theyMatchBesideUsersTriggersAndSorted() {
    assertThat(triggers.matchedBeside(List.of("a", "webhook::b"), "sequitur.webhook.updated"))
        .containsExactly("a", INVALIDATE, NotifySyncTargets.NAME, "webhook::b");
    assertThat(triggers.matchedBeside(List.of(), "sequitur.webhook.created"))
        .containsExactly(NotifySyncTargets.NAME);
    assertThat(triggers.matchedBeside(List.of(), "sequitur.webhook.disabled")).isEmpty();
    assertThat(triggers.matchedBeside(List.of("a"), "com.example.webhook.updated"))
        .containsExactly("a");
  }

  @Test
  void eventsThatNoneActsOnAreNotLookedAt() {
    assertThat(triggers.changedWebhooks(List.of("a", "webhook::b"), List.of())).isEmpty();
    assertThatThrownBy(() -> triggers.changedWebhooks(List.of(INVALIDATE), List.of()))
        .isInstanceOf(JdbiException.class);
  }

  @Test
  void usersTriggersOnEverythingNeverSeeThem() {
    TriggerMatcher matcher =
        new TriggerMatcher(
            List.of(
                new TriggerRule("all", List.of(), null, List.of()),
                new TriggerRule("star", List.of(EventPattern.of("*")), null, List.of()),
                new TriggerRule("own", List.of(EventPattern.of("sequitur.*")), null, List.of())));
    for (BuiltInTrigger trigger : triggers.all()) {
      for (String type : trigger.events()) {
        var event =
            new io.sequitur.workflows.catalogue.EventView("1", type, "/s", null, null, null, "{}");
        assertThat(matcher.match(event)).extracting(TriggerRule::name).containsExactly("own");
      }
    }
  }
}
