package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ConfigurationLoaderTest {
    @TempDir
    Path folder;

    @Test
    void shouldBeTheQuickstartWhenNothingIsGiven() {
        assertThat(new ConfigurationLoader().load().config()).isEqualTo(RunConfig.DEFAULT);
    }

    @Test
    void shouldLetFlagsWinOverEnvironmentAndEnvironmentOverFile() throws IOException {
        // Given
        Path file = file("group-size: 4\nbatch-size: 5\nmax-staleness: 6\nstall-after: 90s\n");
        // When
        RunConfig config = new ConfigurationLoader()
                .file(file)
                .environment(Map.of("LONGSTREAM_BATCH_SIZE", "50", "LONGSTREAM_MAX_STALENESS", "60", "PATH", "/bin"))
                .set("max-staleness=600")
                .load()
                .config();
        // Then
        assertThat(config.groupSize()).isEqualTo(4);
        assertThat(config.batchSize()).isEqualTo(50);
        assertThat(config.maxStaleness()).isEqualTo(600);
        assertThat(config.stallAfter()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void shouldKeepDefaultsOfASectionThatIsGivenInPart() throws IOException {
        RunConfig config = new ConfigurationLoader()
                .file(file("trainer:\n  learning-rate: 1e-4\n"))
                .load()
                .config();

        assertThat(config.trainer().optimizer().learningRate()).isEqualTo(1e-4);
        assertThat(config.trainer().optimizer().beta2())
                .isEqualTo(RunConfig.DEFAULT.trainer().optimizer().beta2());
    }

    @Test
    void shouldReachListItemsAndSectionsByPath() {
        RunConfig config = new ConfigurationLoader()
                .set("phases[1].steps=7")
                .set("log.properties={security.protocol: SSL}")
                .environment(Map.of("LONGSTREAM_TRAINER_LEARNING_RATE", "2e-5"))
                .load()
                .config();

        assertThat(config.phases().get(1).steps()).isEqualTo(7);
        assertThat(config.phases().get(0)).isEqualTo(RunConfig.DEFAULT.phases().get(0));
        assertThat(config.log().properties()).containsExactly(Map.entry("security.protocol", "SSL"));
        assertThat(config.trainer().optimizer().learningRate()).isEqualTo(2e-5);
    }

    @Test
    void shouldSayEveryProblemAtOnceByPath() throws IOException {
        // Given
        Path file = file(
                """
                group-sise: 8
                trainer:
                  learning-rte: 0.1
                  beta1: much
                sampling: {top-p: 1.5, max-tokens: -1}
                phases:
                  - {name: one, longer-than: 9, up-to: 3, steps: 0}
                """);
        // When
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationLoader().file(file).load());
        // Then
        assertThat(refused.problems())
                .containsExactlyInAnyOrder(
                        "group-sise is not a configuration key; did you mean group-size?",
                        "trainer.learning-rte is not a configuration key; did you mean learning-rate?",
                        "trainer.beta1 is \"much\", expected a number",
                        "sampling.top-p is 1.5, must be in (0, 1]",
                        "sampling.max-tokens is -1, must be at least 1",
                        "phases[0].up-to is 3 tokens, must be more than longer-than (9)",
                        "phases[0].steps is 0, must be at least 1");
    }

    @Test
    void shouldPassOverVariablesThatNameNoKey() {
        RunConfig config = new ConfigurationLoader()
                .environment(Map.of(
                        "LONGSTREAM_PORT", "tcp://10.0.0.1:80",
                        "LONGSTREAM_PORT_80_TCP", "tcp://10.0.0.1:80",
                        "LONGSTREAM_PORT_80_TCP_ADDR", "10.0.0.1",
                        "LONGSTREAM_SERVICE_HOST", "10.0.0.1",
                        "LONGSTREAM_SERVICE_PORT", "80",
                        "LONGSTREAM_LOG_BROKER_PORT", "tcp://10.0.0.1:9092",
                        "LONGSTREAM_LOG_REGISTRY_PORT", "8081",
                        "LONGSTREAM_BATCH_SISE", "3"))
                .load()
                .config();

        assertThat(config.log().registryPort()).isEqualTo(8081);
        assertThat(config.log().brokerPort()).isZero();
        assertThat(config.batchSize()).isEqualTo(RunConfig.DEFAULT.batchSize());
    }

    @Test
    void shouldSuggestAKeyForAVariableThatIsMisspelt() {
        Map<String, String> variables = Map.of("LONGSTREAM_BATCH_SISE", "3", "LONGSTREAM_SERVICE_HOST", "10.0.0.1");

        assertThat(ConfigurationLoader.unknown(variables))
                .containsExactly("LONGSTREAM_BATCH_SISE (did you mean LONGSTREAM_BATCH_SIZE?)");
    }

    @Test
    void shouldPlaceProblemsOfOtherModulesWhereTheyStandInTheFile() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("rollouts.worker.rows=0")
                        .set("prompts.train=[{generate: {count: 0}}]")
                        .load())
                .hasMessageContaining("rollouts.worker.rows is 0")
                .hasMessageContaining("prompts.train[0].generate.count is 0");
    }

    @Test
    void shouldWantOneWorkerForEachEngine() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("rollouts.engine={kind: vllm, urls: ['http://a:1', 'http://b:1'], model: policy}")
                        .load())
                .hasMessageContaining("rollouts.workers is 1, must be 2");
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("rollouts.engine={kind: longstream, urls: ['a:1', 'a:1']}")
                        .load())
                .hasMessageContaining("rollouts.engine.urls is [a:1, a:1], must not name a server twice")
                .hasMessageContaining("rollouts.engine.urls has a:1, expected an address")
                .hasMessageContaining("rollouts.engine.model is missing");
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("rollouts.engine={urls: ['http://a:1']}")
                        .load())
                .hasMessageContaining("rollouts.engine.kind is embedded, which has no server");
    }

    @Test
    void shouldLetARunContinueWithAnEngineElsewhere() {
        String engine = "rollouts.engine={kind: vllm, urls: ['http://a:%d'], model: policy}";
        assertThat(new ConfigurationLoader().set(engine.formatted(1)).load().digest())
                .isEqualTo(new ConfigurationLoader()
                        .set(engine.formatted(2))
                        .load()
                        .digest());
    }

    @Test
    void shouldTakeSourcesFromTheFilesOfTheirSectionWhenTheyNameNone() {
        // Given
        ConfigurationLoader loader = new ConfigurationLoader()
                .set("prompts.files=[a.jsonl, b.jsonl]")
                .set("prompts.train=[{skip: 5, limit: 7}, {files: [c.jsonl]}]")
                .set("prompts.held-out=[{limit: 5}]");

        // When
        PromptsSection prompts = loader.load().config().prompts();

        // Then
        assertThat(prompts.train().get(0).files()).containsExactly(Path.of("a.jsonl"), Path.of("b.jsonl"));
        assertThat(prompts.train().get(0).skip()).isEqualTo(5);
        assertThat(prompts.train().get(1).files()).containsExactly(Path.of("c.jsonl"));
        assertThat(prompts.heldOut().get(0).files()).hasSize(2);
    }

    @Test
    void shouldSayWhichFlagNamesTheFilesWhenASourceHasNone() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("prompts.train=[{limit: 7}]")
                        .set("demonstrations.sources=[{limit: 7}]")
                        .load())
                .hasMessageContaining("prompts.train has a source with neither files nor generate")
                .hasMessageContaining("--prompts FILE")
                .hasMessageContaining("--demonstrations FILE");
    }

    @Test
    void shouldNameFileLineAndColumnWhenItIsNoYaml() throws IOException {
        Path file = file("run: a\n  steps: [1\n");

        assertThatThrownBy(() -> new ConfigurationLoader().file(file).load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file + ", line 2");
    }

    @Test
    void shouldNameTheFileWhenItIsMissing() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .file(folder.resolve("none.yaml"))
                        .load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none.yaml cannot be read");
    }

    @Test
    void shouldRefuseAKeyThatIsGivenTwice() throws IOException {
        Path file = file("seed: 1\nseed: 2\n");

        assertThatThrownBy(() -> new ConfigurationLoader().file(file).load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("seed");
    }

    @Test
    void shouldNotPrintSecrets() {
        ResolvedConfig resolved = new ConfigurationLoader()
                .set(
                        "log.properties={sasl.jaas.config: 'user password=hush', ssl.truststore.password: hush, client.id: me}")
                .load();

        assertThat(resolved.printed()).doesNotContain("hush").contains("sasl.jaas.config", "client.id: me");
        assertThat(resolved.config().log().properties()).containsEntry("ssl.truststore.password", "hush");
    }

    @Test
    void shouldReadBackWhatItPrints() throws IOException {
        ResolvedConfig resolved = new ConfigurationLoader()
                .set("steps=12")
                .set("model.folder=/models/x")
                .load();

        ResolvedConfig again =
                new ConfigurationLoader().file(file(resolved.printed())).load();

        assertThat(again.config()).isEqualTo(resolved.config());
        assertThat(again.digest()).isEqualTo(resolved.digest());
    }

    @Test
    void shouldHaveOneDigestWhateverTheRunIsCalledWhereItIsAndWhatMemoryItHas() {
        String digest = new ConfigurationLoader().load().digest();

        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(new ConfigurationLoader()
                        .set("run=other")
                        .set("dir=/elsewhere")
                        .set("log.broker-port=9092")
                        .load()
                        .digest())
                .isEqualTo(digest);
        assertThat(new ConfigurationLoader()
                        .set("trainer.memory-mebibytes=4096")
                        .set("trainer.micro-batch-tokens=512")
                        .set("warm-up.micro-batch-tokens=512")
                        .set("rollouts.worker.cache-mebibytes=100")
                        .load()
                        .digest())
                .isEqualTo(digest);
        assertThat(new ConfigurationLoader()
                        .set("rollouts.worker.rows=3")
                        .load()
                        .digest())
                .isNotEqualTo(digest);
        assertThat(new ConfigurationLoader().set("seed=2").load().digest()).isNotEqualTo(digest);
    }

    @Test
    void shouldNameTheKeysThatDifferFromAnEarlierConfiguration() {
        ResolvedConfig earlier = new ConfigurationLoader().load();
        ResolvedConfig later = new ConfigurationLoader()
                .set("group-size=4")
                .set("phases[0].steps=3")
                .set("run=other")
                .load();

        assertThat(later.differencesFrom(earlier.printed()))
                .containsExactly("group-size: was 8, now 4", "phases[0].steps: was 30, now 3");
        assertThat(earlier.differencesFrom(earlier.printed())).isEmpty();
    }

    @Test
    void shouldShareStepsOutToThePhasesInProportion() {
        assertThat(steps(140)).containsExactly(60, 80);
        assertThat(steps(5)).containsExactly(3, 2);
        assertThat(steps(1)).containsExactly(1);
    }

    @Test
    void shouldLoadEveryShippedExample() throws IOException {
        Path examples = Path.of("..", "examples");
        try (var files = Files.walk(examples)) {
            List<Path> yaml = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.getFileName().toString().startsWith("ablation")) // plans, see AblationTest
                    .filter(file -> !file.getFileName().toString().endsWith("-study.yaml"))
                    .toList();
            assertThat(yaml).isNotEmpty();
            assertThat(yaml).allSatisfy(ConfigurationLoaderTest::loadExample);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"growing-lengths.yaml", "qwenlong-l1-paper.yaml", "qwenlong-l1.5.yaml", "qwenlong-l1.yaml"})
    void shouldEvaluateReasoningModelsAtTheTemperatureAtWhichTheyDoNotLoop(String example) {
        assertThat(loadExample(Path.of("..", "examples", example)).evaluation().temperature())
                .isEqualTo(0.7f);
    }

    private static RunConfig loadExample(Path file) {
        return new ConfigurationLoader()
                .set("prompts.files=[given.jsonl]")
                .set("demonstrations.files=[given.jsonl]")
                .file(file)
                .set("judge.folder=../models/quickstart")
                .set("judge.rubric=../examples/judge-rubric.txt")
                .load()
                .config();
    }

    private static List<Integer> steps(int total) {
        return new ConfigurationLoader()
                .set("steps=" + total).load().config().scheduledPhases().stream()
                        .map(PhaseSection::steps)
                        .toList();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("run.yaml"), text);
    }
}
