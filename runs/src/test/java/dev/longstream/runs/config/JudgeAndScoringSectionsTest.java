package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.NumberSettings.Marks;
import dev.longstream.rewards.rules.SetMeasure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Checks sections {@code judge} and {@code scoring}, which depend on each other. */
class JudgeAndScoringSectionsTest {
    @Test
    void shouldSayEverythingThatIsWrongWithTheJudgeAtOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("run.yaml"),
                """
                scoring: {reward: sometimes, judge-weight: 1}
                judge:
                  url: localhost:8000
                  worker: {in-flight: 0, timeout: 0s, first-delay: 2s, longest-delay: 1s}
                """);

        assertThat(catchThrowableOfType(
                                ConfigurationException.class,
                                () -> new ConfigurationLoader().file(file).load())
                        .problems())
                .anySatisfy(problem -> assertThat(problem).startsWith("scoring.reward is \"sometimes\""))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.worker.in-flight is 0"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.worker.timeout"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.worker.longest-delay"));
    }

    @Test
    void shouldRefuseARewardThatNeedsAJudgeWhereThereIsNone() {
        assertThatThrownBy(() ->
                        new ConfigurationLoader().set("scoring.reward=max").load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("judge has neither url nor folder, but scoring.reward is max");
        assertThat(new ConfigurationLoader()
                        .set("scoring.reward=max")
                        .set("judge.url=http://localhost:8000/v1")
                        .set("judge.model=small")
                        .load()
                        .config()
                        .judge()
                        .model())
                .isEqualTo("small");
    }

    @Test
    void shouldKeepTheNullThatLeavesAFieldOutOfTheJudgesRequests() {
        assertThat(new ConfigurationLoader()
                        .set("judge.worker.parameters={max_tokens: null, max_completion_tokens: 512}")
                        .load()
                        .config()
                        .judge()
                        .worker()
                        .parameters())
                .containsOnly(Map.entry("max_tokens", "null"), Map.entry("max_completion_tokens", "512"));
    }

    @Test
    void shouldRefuseATeacherThatIsNotNamedOrNamedTwice(@TempDir Path folder) {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("demonstrations.teacher.samples=2")
                        .load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("demonstrations.teacher names no model, expected url and model, or folder");
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("demonstrations.teacher.url=http://localhost:8000/v1")
                        .set("demonstrations.teacher.folder=" + folder)
                        .load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("one of them is the teacher")
                .hasMessageContaining("demonstrations.teacher.model is null");
    }

    @Test
    void shouldTakeTheMeasureOfSets() {
        assertThat(new ConfigurationLoader().load().config().scoring().sets()).isEqualTo(SetMeasure.EXACT);
        assertThat(new ConfigurationLoader()
                        .set("scoring.sets=f1")
                        .load()
                        .config()
                        .scoring()
                        .sets())
                .isEqualTo(SetMeasure.F1);
    }

    @Test
    void shouldTakeTheProfilesNumbersAndReplaceSingleOnes() {
        ScoringConfig paper = scoring("scoring.profile=paper", "scoring.number.tolerance=0.01");
        ScoringConfig compat = scoring("scoring.profile=qwenlong-l1-compat");
        ScoringConfig own = scoring("scoring.number.percent=same");

        assertThat(paper.number()).isEqualTo(new NumberSettings(0.01, 0, Marks.SAME, Marks.SAME));
        assertThat(compat.number()).isNull();
        assertThat(own.number()).isEqualTo(new NumberSettings(0.0015, 10_000, Marks.WORTH_OR_WRITTEN, Marks.SAME));
        assertThat(new ConfigurationLoader()
                        .set("scoring.profile=qwenlong-l1-compat")
                        .load()
                        .printed())
                .contains("profile: qwenlong-l1-compat", "number: null");
    }

    @Test
    void shouldRefuseNumbersThatNoRuleWouldObeyByPath() {
        assertThatThrownBy(() -> scoring("scoring.profile=qwenlong-l1-compat", "scoring.number.tolerance=0.01"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("scoring.number");
        assertThatThrownBy(() -> scoring("scoring.number.tolerance=2", "scoring.number.whole-below=-1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("scoring.number.tolerance is 2.0", "scoring.number.whole-below is -1.0");
        assertThatThrownBy(() -> scoring("scoring.profile=papre"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "scoring.profile is \"papre\", expected one of default, paper, qwenlong-l1-compat");
    }

    private static ScoringConfig scoring(String... assignments) {
        ConfigurationLoader loader = new ConfigurationLoader();
        Arrays.stream(assignments).forEach(loader::set);
        return loader.load().config().scoring();
    }

    @Test
    void shouldRefuseAHeldOutRewardThatNeedsAJudgeWhereThereIsNone() {
        assertThatThrownBy(() ->
                        new ConfigurationLoader().set("evaluation.reward=judge").load())
                .hasMessageContaining("judge has neither url nor folder, but evaluation.reward is judge");
    }

    @Test
    void shouldTakeAFolderInPlaceOfAServer(@TempDir Path folder) {
        assertThat(new ConfigurationLoader()
                        .set("scoring.reward=max")
                        .set("judge.folder=" + folder)
                        .load()
                        .config()
                        .judge()
                        .name())
                .isEqualTo(folder.toString());
    }

    @Test
    void shouldSayEverythingThatIsWrongWithAJudgeThatIsAFolder() {
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> new ConfigurationLoader()
                                .set("judge.url=http://localhost:8000/v1")
                                .set("judge.folder=/nowhere")
                                .set("judge.api-key-variable=KEY")
                                .set("judge.cache-mebibytes=0")
                                .load())
                        .problems())
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("judge.url is http://localhost:8000/v1 and judge.folder is /nowhere"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.folder is /nowhere, which is no folder"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.api-key-variable is KEY"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.model is null"))
                .anySatisfy(problem -> assertThat(problem).startsWith("judge.cache-mebibytes is 0"));
    }

    @Test
    void shouldNameTheJudgesRubricWhenItIsMissing() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("judge.rubric=/nowhere.txt")
                        .load())
                .hasMessageContaining("judge.rubric is /nowhere.txt, which is no file that can be read");
    }
}
