package dev.longstream.it;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The arrows between modules and packages; docs/architecture.md draws them. */
@AnalyzeClasses(packages = "dev.longstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Every module and who may use it. A class outside every layer breaks the rule, so the list has no hole. */
    @ArchTest
    static final ArchRule modules_use_what_stands_above_them = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.longstream..")
            .ensureAllClassesAreContainedInArchitecture()
            .layer("files")
            .definedBy("dev.longstream.files..")
            .layer("schemas")
            .definedBy(
                    "dev.longstream.config..",
                    "dev.longstream.log..",
                    "dev.longstream.logging..",
                    "dev.longstream.record..",
                    "dev.longstream.failure..",
                    "dev.longstream.progress..")
            .layer("http")
            .definedBy("dev.longstream.http..")
            .layer("metrics")
            .definedBy("dev.longstream.metrics..")
            .layer("questions")
            .definedBy("dev.longstream.questions..")
            .layer("policy")
            .definedBy("dev.longstream.policy..")
            .layer("rewards")
            .definedBy("dev.longstream.rewards..")
            .layer("judging")
            .definedBy("dev.longstream.judging..")
            .layer("endpoints")
            .definedBy("dev.longstream.endpoints..")
            .layer("engines")
            .definedBy("dev.longstream.engines..")
            .layer("producers")
            .definedBy("dev.longstream.producers..")
            .layer("streams-apps")
            .definedBy("dev.longstream.streams..")
            .layer("trainer")
            .definedBy("dev.longstream.trainer..")
            .layer("evaluation")
            .definedBy("dev.longstream.evaluation..")
            .layer("schema-registry")
            .definedBy("dev.longstream.registry..")
            .layer("local-stack")
            .definedBy("dev.longstream.stack..")
            .layer("charts")
            .definedBy("dev.longstream.charts..")
            .layer("benchmarks")
            .definedBy("dev.longstream.benchmarks..")
            .layer("exports")
            .definedBy("dev.longstream.exports..")
            .layer("runs")
            .definedBy("dev.longstream.runs..")
            .layer("dashboard")
            .definedBy("dev.longstream.dashboard..")
            .layer("cli")
            .definedBy("dev.longstream.cli..")
            .layer("test-support")
            .definedBy("dev.longstream.testing..")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers(
                    "metrics", "judging", "endpoints", "schema-registry", "evaluation", "exports", "runs", "dashboard")
            .whereLayer("metrics")
            .mayOnlyBeAccessedByLayers("runs")
            .whereLayer("questions")
            .mayOnlyBeAccessedByLayers("judging", "producers", "evaluation", "exports", "runs", "cli")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers(
                    "endpoints",
                    "engines",
                    "producers",
                    "trainer",
                    "evaluation",
                    "benchmarks",
                    "exports",
                    "runs",
                    "dashboard",
                    "cli")
            .whereLayer("rewards")
            .mayOnlyBeAccessedByLayers("streams-apps", "evaluation", "benchmarks", "runs", "cli")
            .whereLayer("judging")
            .mayOnlyBeAccessedByLayers("producers", "evaluation", "runs", "cli")
            .whereLayer("endpoints")
            .mayOnlyBeAccessedByLayers("evaluation", "runs", "cli")
            .whereLayer("engines")
            .mayOnlyBeAccessedByLayers("producers", "runs")
            .whereLayer("producers")
            .mayOnlyBeAccessedByLayers("evaluation", "benchmarks", "exports", "runs", "cli")
            .whereLayer("streams-apps")
            .mayOnlyBeAccessedByLayers("benchmarks", "runs", "cli")
            .whereLayer("trainer")
            .mayOnlyBeAccessedByLayers("runs", "cli")
            .whereLayer("evaluation")
            .mayOnlyBeAccessedByLayers("runs", "cli")
            .whereLayer("schema-registry")
            .mayOnlyBeAccessedByLayers("local-stack", "runs", "cli")
            .whereLayer("local-stack")
            .mayOnlyBeAccessedByLayers("benchmarks", "runs", "cli", "test-support")
            .whereLayer("charts")
            .mayOnlyBeAccessedByLayers("benchmarks", "runs", "cli")
            .whereLayer("benchmarks")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("exports")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("runs")
            .mayOnlyBeAccessedByLayers("dashboard", "cli")
            .whereLayer("dashboard")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("test-support")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule stages_meet_only_in_topics = slices().matching("dev.longstream.streams.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    alwaysTrue(),
                    resideInAnyPackage("dev.longstream.streams.advantage..", "dev.longstream.streams.topology.."))
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
            .resideInAnyPackage("..objective..", "dev.longstream.rewards..", "..advantage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "ai.djl..", "java.time..", "io.micrometer..")
            .because("it is tested with arrays alone");

    @ArchTest
    static final ArchRule questions_judges_and_endpoints_know_no_kafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.longstream.questions..",
                    "dev.longstream.judging..",
                    "dev.longstream.endpoints..",
                    "dev.longstream.engines..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.longstream.log..")
            .because("they are of use without a log");

    @ArchTest
    static final ArchRule questions_and_rewards_know_no_model = noClasses()
            .that()
            .resideInAnyPackage("dev.longstream.questions..", "dev.longstream.rewards..", "dev.longstream.judging..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "dev.longstream.policy..")
            .because("a question and a reward are text");

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
            .resideOutsideOfPackage("dev.longstream.streams..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..")
            .because("a trainer or a worker is no Streams application");

    @ArchTest
    static final ArchRule only_the_command_line_knows_terminals = noClasses()
            .that()
            .resideOutsideOfPackage("dev.longstream.cli..")
            .should()
            .dependOnClassesThat(new DescribedPredicate<JavaClass>("are picocli, progress bars or exit codes") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getPackageName().startsWith("picocli")
                            || type.getPackageName().startsWith("me.tongfei")
                            || type.getSimpleName().startsWith("ExitCode");
                }
            })
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .because("whatever a command can do, a library user can do too");

    @ArchTest
    static final ArchRule nothing_that_ships_knows_tests = noClasses()
            .that()
            .resideOutsideOfPackage("dev.longstream.testing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.longstream.testing..", "org.openjdk.jmh..")
            .because("neither test code nor a benchmark harness ships");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.longstream.(**)").should().beFreeOfCycles();
}
