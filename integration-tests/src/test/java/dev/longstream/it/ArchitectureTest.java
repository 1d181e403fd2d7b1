package dev.longstream.it;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The arrows between modules and packages; see CONTRIBUTING.md. */
@AnalyzeClasses(packages = "dev.longstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule stages_meet_only_in_topics = slices().matching("dev.longstream.streams.(*)..")
            .should()
            .notDependOnEachOther()
            .because("a stage is replayed and replaced alone");

    @ArchTest
    static final ArchRule producers_streams_and_trainer_never_meet = slices().matching(
                    "dev.longstream.(producers|streams|trainer)..")
            .should()
            .notDependOnEachOther()
            .because("between stages there is only a topic");

    @ArchTest
    static final ArchRule arithmetic_is_pure = noClasses()
            .that()
            .resideInAnyPackage("..objective..", "..reward..", "..advantage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "ai.djl..", "java.time..")
            .because("it is tested with arrays alone");

    @ArchTest
    static final ArchRule the_policy_knows_no_kafka = noClasses()
            .that()
            .resideInAPackage("dev.longstream.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.longstream.log..", "dev.longstream.record..")
            .because("the same forward code serves sampling, training and tests");

    @ArchTest
    static final ArchRule only_the_policy_knows_torch = noClasses()
            .that()
            .resideOutsideOfPackage("dev.longstream.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..")
            .because("native memory has one owner");

    @ArchTest
    static final ArchRule one_place_names_a_device = noClasses()
            .that()
            .haveNameNotMatching(".*TorchEngine.*")
            .should()
            .callMethod("ai.djl.Device", "cpu")
            .orShould()
            .callMethod("ai.djl.Device", "gpu")
            .orShould()
            .callMethod("ai.djl.Device", "gpu", "int")
            .orShould()
            .callMethod("ai.djl.Device", "of", "java.lang.String", "int")
            .orShould()
            .callMethod("ai.djl.Device", "fromName", "java.lang.String")
            .because("every array is made where the engine computes");

    @ArchTest
    static final ArchRule only_streams_apps_know_streams = noClasses()
            .that()
            .resideOutsideOfPackages("dev.longstream.streams..", "dev.longstream.topology..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..")
            .because("a trainer or a worker is no Streams application");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.longstream.(**)").should().beFreeOfCycles();
}
