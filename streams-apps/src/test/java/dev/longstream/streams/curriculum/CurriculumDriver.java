package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Prompt;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.jspecify.annotations.Nullable;

import java.util.List;

import static dev.longstream.streams.Samples.group;
import static dev.longstream.streams.Samples.noDecisions;
import static dev.longstream.streams.Samples.prompt;
import static dev.longstream.streams.Samples.start;
import static dev.longstream.streams.Samples.step;

/** A curriculum on Kafka Streams' test driver, and the records that a test sends to it. */
final class CurriculumDriver implements AutoCloseable {
    /** Two steps of short prompts, then one of long ones; batches of 2, η = 0. */
    static final CurriculumConfig CONFIG =
            config(new Phase("short", 0, 100, 2, 0.7f, 0.9f, 5, 8), new Phase("long", 100, 200, 1, 1, 1, 0, 16));

    private final StageDriver stage;

    CurriculumDriver(CurriculumConfig config) {
        this(config, noDecisions());
    }

    CurriculumDriver(CurriculumConfig config, WrittenDecisions written) {
        stage = new StageDriver(log -> CurriculumTopology.build(log, config, "digest", written));
    }

    /** Returns a phase of short prompts that ends with a condition of its own. */
    static Phase shortPhase(int steps, PhaseEnd end) {
        return new Phase("short", 0, 100, steps, new AnswerSampling(1, 1, 0, 8), PromptChoice.DEFAULT, end);
    }

    /**
     * Returns a phase of two steps whose batches are half long prompts, half short ones by difficulty.
     *
     * @param difficultyOf name of the pass; null: the run's own answers
     */
    static Phase retrospective(@Nullable String difficultyOf, RetrospectiveChoice choice) {
        return new Phase(
                "long",
                100,
                200,
                2,
                new AnswerSampling(1, 1, 0, 16),
                new PromptChoice(
                        PromptSelection.SHUFFLED,
                        PromptFilter.DEFAULT,
                        difficultyOf,
                        new Retrospective(0.5, choice, 0.125)),
                PhaseEnd.AFTER_ITS_STEPS);
    }

    /** Returns a configuration of these phases with groups of 3, batches of 2 and η = 0. */
    static CurriculumConfig config(Phase... phases) {
        return new CurriculumConfig(List.of(phases), 2, 3, 0, InputLength.TEMPLATED, "held-out", 1);
    }

    StageDriver stage() {
        return stage;
    }

    /** Publishes a short prompt and a long one, and starts with a command. */
    void startWithTwo(Control start) {
        publish(prompt("a", 10), prompt("b", 150));
        command(start);
    }

    /** Publishes a short prompt and a long one, and starts with both. */
    void startWithTwo() {
        startWithTwo(start(2));
    }

    void publish(Prompt... prompts) {
        for (Prompt prompt : prompts) {
            stage.send(stage.topics().prompts(), prompt.getQuestion().getPromptId(), prompt);
        }
    }

    void command(Control control) {
        stage.send(stage.topics().control(), "test", control);
    }

    /** Announces the step that made a version. */
    void reach(long version) {
        stage.send(stage.topics().steps(), Long.toString(version), step(version));
    }

    /** Rejects the group of an assignment because its rewards are all equal. */
    void reject(long ordinal) {
        Group group = group(ordinal, GroupVerdict.UNIFORM_REWARD);
        stage.send(stage.topics().rejectedGroups(), group.getGroupId(), group);
    }

    void difficulty(String promptId, double mean) {
        difficulty(promptId, mean, null);
    }

    void difficulty(String promptId, double mean, @Nullable String scoredBy) {
        stage.send(
                stage.topics().difficulty(),
                promptId,
                Records.difficulty(promptId, mean).setScoredBy(scoredBy).build());
    }

    void evaluated(long version, double reward) {
        stage.send(
                stage.topics().evaluations(),
                "label",
                Records.evaluation(version, reward).build());
    }

    /** Sends an evaluation on the validation questions. */
    void validated(long version, double reward) {
        stage.send(
                stage.topics().evaluations(),
                "label",
                Records.evaluation(version, reward).setSet("validation").build());
    }

    /** Returns the assignments made since the last call. */
    List<Assignment> assignments() {
        return stage.values(stage.topics().assignments());
    }

    /** Returns the commands that the curriculum has written since the last call. */
    List<Control> commands() {
        return stage.values(stage.topics().control());
    }

    @Override
    public void close() {
        stage.close();
    }
}
