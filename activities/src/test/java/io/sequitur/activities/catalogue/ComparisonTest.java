package io.sequitur.activities.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.catalogue.ReconcileReport.Line;
import io.sequitur.db.catalogue.SeenTrigger;
import io.sequitur.db.catalogue.SeenTrigger.Seen;
import io.sequitur.workflows.catalogue.Reconciled;
import io.sequitur.workflows.catalogue.Reconciled.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Seen FIRST = new Seen(true, "says a", "1", null);
  private static final Seen CHANGED = new Seen(true, "says b", "2", null);
  private static final Seen PAST_ITS_VERSION = new Seen(true, "says b", "1", null);
  private static final Seen WRITTEN_ALIKE = new Seen(true, "says a", "2", null);
  private static final Seen INACTIVE = new Seen(false, "says c", "3", null);

  private final List<String> checked = new ArrayList<>();

  @Test
  void everyOutcomeIsToldByName() {
    Comparison found = comparison(true, "bad");
    found.add(trigger("gone", null, FIRST));
    found.add(trigger("made", FIRST, null));
    found.add(trigger("other", CHANGED, FIRST));
    found.add(trigger("passed", PAST_ITS_VERSION, FIRST));
    found.add(trigger("same", FIRST, FIRST));
    found.add(trigger("bad", FIRST, null));

    assertThat(found.report().summary()).isEqualTo(new Reconciled(1, 1, 1, 1, 1, 1));
    assertThat(found.report().summary().sentence())
        .isEqualTo("1 created, 1 updated, 1 refreshed, 1 unchanged, 1 deleted, 1 failed");
    assertThat(found.report().triggers())
        .containsExactly(
            new Line("gone", false, Outcome.deleted, null),
            new Line("made", false, Outcome.created, null),
            new Line("other", false, Outcome.updated, null),
            new Line("passed", false, Outcome.refreshed, null),
            new Line("bad", false, Outcome.failed, "no such thing"));
  }

  @Test
  void onlyWhatWentPastItsVersionIsStampedAnew() {
    Comparison found = comparison(true);
    found.add(trigger("other", CHANGED, FIRST));
    found.add(trigger("passed", PAST_ITS_VERSION, FIRST));
    found.add(trigger("same", FIRST, FIRST));
    assertThat(found.toStamp()).containsExactly("passed");
  }

  @Test
  void whatWentPastItsVersionIsStampedAnewEvenIfItFailsOrIsInactiveNow() {
    Comparison found = comparison(true, "bad");
    found.add(trigger("bad", PAST_ITS_VERSION, FIRST));
    found.add(trigger("off", new Seen(false, "says b", "1", null), FIRST));
    assertThat(found.toStamp()).containsExactly("bad", "off");
  }

  @Test
  void secondTimeEverythingIsUnchangedButWhatFails() {
    Comparison first = comparison(true, "bad");
    first.add(trigger("bad", FIRST, null));
    first.add(trigger("good", FIRST, null));
    Comparison second = comparison(true, "bad");
    first.toRecord().forEach(seen -> second.add(trigger(seen.name(), FIRST, seen.now())));
    assertThat(second.report().summary()).isEqualTo(new Reconciled(0, 0, 0, 1, 0, 1));
    assertThat(second.toRecord()).isEmpty();
  }

  @Test
  void whatIsMendedIsUpdated() {
    Comparison found = comparison(true);
    found.add(trigger("mended", FIRST, FIRST.because("it was wrong")));
    assertThat(found.report().triggers())
        .extracting(Line::outcome)
        .containsExactly(Outcome.updated);
  }

  @Test
  void aWriteThatChangedNothingIsUnchangedAndRemembered() {
    Comparison found = comparison(true);
    found.add(trigger("alike", WRITTEN_ALIKE, FIRST));
    assertThat(found.report().summary().unchanged()).isOne();
    assertThat(found.toRecord()).extracting(SeenTrigger::now).containsExactly(WRITTEN_ALIKE);
  }

  @Test
  void aWebhookThatGeneratesNoTriggerIsDeletedOnceAndCreatedWhenItDoesAgain() {
    Comparison off = comparison(true);
    off.add(trigger("webhook::a", INACTIVE, FIRST));
    assertThat(off.report().summary().deleted()).isOne();
    Comparison still = comparison(true);
    still.add(trigger("webhook::a", INACTIVE, INACTIVE));
    assertThat(still.report().summary()).isEqualTo(new Reconciled(0, 0, 0, 0, 0, 0));
    Comparison on = comparison(true);
    on.add(trigger("webhook::a", FIRST, INACTIVE));
    assertThat(on.report().summary().created()).isOne();
  }

  @Test
  void whatCompiledIsNotCompiledAgainUntilTheEngineChanges() {
    Comparison same = comparison(true);
    same.add(trigger("good", FIRST, FIRST));
    assertThat(checked).isEmpty();
    Comparison newer = comparison(false, "good");
    newer.add(trigger("good", FIRST, FIRST));
    assertThat(newer.report().summary().failed()).isOne();
  }

  private Comparison comparison(boolean sameEngine, String... bad) {
    return new Comparison(
        name -> {
          checked.add(name);
          return List.of(bad).contains(name) ? Optional.of("no such thing") : Optional.empty();
        },
        sameEngine);
  }

  private static SeenTrigger trigger(String name, @Nullable Seen now, @Nullable Seen before) {
    return new SeenTrigger(name, name.startsWith("webhook::"), now, before);
  }
}
