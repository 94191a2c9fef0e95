package io.sequitur.api;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.temporal.activity.ActivityInterface;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * What no compiler checks: which way dependencies point, and what replay forbids. The build file
 * lets api see every module, so only these rules keep the other packages apart.
 */
@AnalyzeClasses(packages = "io.sequitur", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String HTTP = "io.sequitur.activities.delivery.http..";

  @ArchTest
  static final ArchRule workflowsKnowNeitherOtherModulesNorTheOutsideWorld =
      noClasses()
          .that()
          .resideInAPackage("io.sequitur.workflows..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sequitur.activities..",
              "io.sequitur.api..",
              "io.sequitur.bench..",
              "io.sequitur.db..",
              "io.micronaut..",
              "java.sql..",
              "javax.sql..",
              "org.jdbi..",
              "okhttp3..");

  @ArchTest
  static final ArchRule databaseKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.sequitur.db..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sequitur.workflows..",
              "io.sequitur.activities..",
              "io.sequitur.api..",
              "io.sequitur.bench..");

  @ArchTest
  static final ArchRule activitiesDoNotKnowTheApi =
      noClasses()
          .that()
          .resideInAPackage("io.sequitur.activities..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sequitur.api..", "io.sequitur.bench..");

  // What measures the engine shares no code with it, so that no mistake is in both.
  @ArchTest
  static final ArchRule benchStandsAlone =
      noClasses()
          .that()
          .resideInAPackage("io.sequitur.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sequitur.workflows..",
              "io.sequitur.activities..",
              "io.sequitur.api..",
              "io.sequitur.db..");

  // Everything else would go around the egress rules.
  @ArchTest
  static final ArchRule okHttpStaysInOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage(HTTP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..");

  // A replay must get the same answers: time, chance and threads come from Temporal's Workflow.
  @ArchTest
  static final ArchRule workflowsTakeNoClockThreadOrChanceFromTheMachine =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("WorkflowImpl")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethodWhere(
              describe(
                  "it asks java.time for the time",
                  (JavaMethodCall call) ->
                      call.getTarget().getName().equals("now")
                          && call.getTargetOwner().getPackageName().equals("java.time")))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Random.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent..", "java.util.random..");

  @ArchTest
  static final ArchRule everyActivityHasOneImplementation =
      classes()
          .that()
          .areAnnotatedWith(ActivityInterface.class)
          .should(
              new ArchCondition<>("have exactly one implementation") {
                @Override
                public void check(JavaClass activity, ConditionEvents events) {
                  List<String> found =
                      activity.getAllSubclasses().stream()
                          .filter(type -> !type.isInterface())
                          .map(JavaClass::getName)
                          .sorted()
                          .toList();
                  events.add(
                      new SimpleConditionEvent(
                          activity,
                          found.size() == 1,
                          activity.getName() + " is implemented by " + found));
                }
              });

  @ArchTest
  static final ArchRule nothingIsInjectedIntoFields =
      noFields()
          .should()
          .beAnnotatedWith("jakarta.inject.Inject")
          .orShould()
          .beAnnotatedWith("javax.inject.Inject");
}
