package io.sequitur.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sequitur.activities.violation.Ambiguous;
import io.sequitur.activities.violation.FieldInjected;
import io.sequitur.activities.violation.GoesAroundTheGuard;
import io.sequitur.activities.violation.KnowsTheApi;
import io.sequitur.activities.violation.NeverWritten;
import io.sequitur.bench.violation.KnowsTheEngine;
import io.sequitur.db.violation.KnowsWorkflows;
import io.sequitur.workflows.violation.Impure;
import io.sequitur.workflows.violation.KnowsSql;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that nothing can break protects nothing: each one is shown what it must refuse. */
final class ArchitectureRulesTest {
  /** By the rule's name, sets of classes that break it, each by itself. */
  private static final Map<String, List<List<Class<?>>>> BROKEN_BY =
      Map.of(
          "workflowsKnowNeitherOtherModulesNorTheOutsideWorld",
          List.of(List.of(KnowsSql.class)),
          "databaseKnowsNoOtherModule",
          List.of(List.of(KnowsWorkflows.class)),
          "activitiesDoNotKnowTheApi",
          List.of(List.of(KnowsTheApi.class)),
          "benchStandsAlone",
          List.of(List.of(KnowsTheEngine.class)),
          "okHttpStaysInOnePackage",
          List.of(List.of(GoesAroundTheGuard.class)),
          "workflowsTakeNoClockThreadOrChanceFromTheMachine",
          Arrays.stream(Impure.class.getDeclaredClasses()).<List<Class<?>>>map(List::of).toList(),
          "everyActivityHasOneImplementation",
          List.of(
              List.of(Ambiguous.class, Ambiguous.One.class, Ambiguous.Other.class),
              List.of(NeverWritten.class)),
          "nothingIsInjectedIntoFields",
          List.of(List.of(FieldInjected.class)));

  static Stream<Arguments> violations() {
    return BROKEN_BY.entrySet().stream()
        .flatMap(
            rule -> rule.getValue().stream().map(classes -> Arguments.of(rule.getKey(), classes)));
  }

  @ParameterizedTest
  @MethodSource("violations")
  void theRuleRefuses(String name, List<Class<?>> classes) throws ReflectiveOperationException {
    ArchRule rule = (ArchRule) ArchitectureTest.class.getDeclaredField(name).get(null);
    assertThat(rule.evaluate(new ClassFileImporter().importClasses(classes)).hasViolation())
        .isTrue();
  }

  @Test
  void everyRuleIsShownSomething() {
    assertThat(BROKEN_BY.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ArchitectureTest.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(ArchTest.class))
                .map(field -> field.getName())
                .toList());
    assertThat(BROKEN_BY.values()).noneMatch(List::isEmpty);
  }
}
