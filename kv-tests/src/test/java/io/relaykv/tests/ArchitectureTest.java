package io.relaykv.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/** The map of the code, as rules: what may know what. */
@AnalyzeClasses(packages = "io.relaykv", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String RATIS = "org.apache.ratis..";
  private static final String ROCKSDB = "org.rocksdb..";

  @ArchTest
  static final ArchRule MODULES_KNOW_ONLY_THOSE_BELOW_THEM =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("protocol")
          .definedBy("io.relaykv.protocol..")
          .layer("client")
          .definedBy("io.relaykv.client..")
          .layer("statemachine")
          .definedBy("io.relaykv.statemachine..")
          .layer("server")
          .definedBy("io.relaykv.server..")
          .layer("shell")
          .definedBy("io.relaykv.shell..")
          .layer("testkit")
          .definedBy("io.relaykv.testkit..")
          .whereLayer("client")
          .mayOnlyBeAccessedByLayers("shell", "testkit")
          .whereLayer("statemachine")
          .mayOnlyBeAccessedByLayers("server")
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("testkit")
          .whereLayer("shell")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("testkit")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule PACKAGES_OF_THE_SERVER_KNOW_EACH_OTHER_ONE_WAY =
      packagesAreInOrder("server");

  @ArchTest
  static final ArchRule PACKAGES_OF_THE_SHELL_KNOW_EACH_OTHER_ONE_WAY = packagesAreInOrder("shell");

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_ROCKSDB =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.relaykv.statemachine.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROCKSDB);

  @ArchTest
  static final ArchRule THE_STORE_DOES_NOT_KNOW_RATIS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.relaykv.statemachine.store..", "io.relaykv.statemachine.sessions..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(RATIS);

  @ArchTest
  static final ArchRule CLIENT_AND_SHELL_KNOW_NEITHER_RATIS_NOR_ROCKSDB =
      noClasses()
          .that()
          .resideInAnyPackage("io.relaykv.protocol..", "io.relaykv.client..", "io.relaykv.shell..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RATIS, ROCKSDB);

  @ArchTest
  static final ArchRule THE_PUBLIC_CLIENT_SHOWS_NO_LIBRARY =
      noClasses()
          .that()
          .resideInAPackage("io.relaykv.client")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              "com.google..",
              "io.netty..",
              "com.fasterxml..",
              "com.codahale..",
              "io.relaykv.protocol.v1..",
              "io.relaykv.protocol.backup..");

  /** Who does not use it need not have it. */
  @ArchTest
  static final ArchRule THE_CLIENT_DOES_WITHOUT_DROPWIZARD =
      noClasses()
          .that()
          .resideInAPackage("io.relaykv.client..")
          .and()
          .resideOutsideOfPackage("io.relaykv.client.dropwizard..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.codahale..", "io.relaykv.client.dropwizard..");

  @ArchTest
  static final ArchRule THE_STATE_MACHINE_HAS_NO_CLOCK_AND_NO_RANDOMNESS =
      noClasses()
          .that()
          .resideInAPackage("io.relaykv.statemachine..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.random.RandomGenerator.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID");

  @ArchTest
  static final ArchRule THE_REST_OF_THE_SERVER_DOES_NOT_KNOW_RATIS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.relaykv.server.api..",
              "io.relaykv.server.config..",
              "io.relaykv.server.http..",
              "io.relaykv.server.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(RATIS);

  @ArchTest
  static final ArchRule EVERY_PACKAGE_SAYS_WHAT_MAY_BE_NULL =
      classes()
          .that()
          .resideOutsideOfPackages(
              "io.relaykv.protocol.v1..",
              "io.relaykv.protocol.backup..",
              "io.relaykv.protocol.log..",
              "io.relaykv.protocol.peer..",
              "io.relaykv.protocol.state..")
          .should(beInANullMarkedPackage());

  private static ArchRule packagesAreInOrder(String module) {
    return slices()
        .matching("io.relaykv.(**)")
        .that(
            DescribedPredicate.describe(
                "belong to the " + module,
                slice -> slice.getNamePart(1).matches(module + "(\\..*)?")))
        .should()
        .beFreeOfCycles();
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package marked @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                item, marked, item.getPackageName() + " has no @NullMarked package-info.java"));
      }
    };
  }
}
