package dev.longstream.streams;

import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.Prompt;
import dev.longstream.record.RecordRef;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.streams.curriculum.WrittenDecisions;
import dev.longstream.streams.grouping.WrittenGroups;
import dev.longstream.streams.topology.WrittenRecords;
import dev.longstream.testing.Records;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Records as the stages' tests send them most; the defaults are those of {@link Records}. */
public final class Samples {
    private Samples() {}

    public static Prompt prompt(String promptId, int inputTokens) {
        return prompt(promptId, inputTokens, "train");
    }

    public static Prompt heldOut(String promptId, int inputTokens) {
        return prompt(promptId, inputTokens, "held-out");
    }

    private static Prompt prompt(String promptId, int inputTokens, String split) {
        return Records.prompt(promptId)
                .setQuestion(
                        Records.question(promptId).setInputTokens(inputTokens).build())
                .setDocuments(List.of("digest"))
                .setSplit(split)
                .build();
    }

    public static Control control(ControlCommand command) {
        return Records.control(command).build();
    }

    /** Starts a fork with two prompts. */
    public static Control fork(long step, List<Long> assigned, List<Long> rejected, List<Long> ends) {
        return Records.control(ControlCommand.START)
                .setPrompts(2L)
                .setFork(new ForkPoint("other", step, "digest", assigned, rejected, ends, List.of()))
                .build();
    }

    public static Control start(long prompts) {
        return Records.control(ControlCommand.START).setPrompts(prompts).build();
    }

    public static Step step(long version) {
        return Records.step(version).build();
    }

    /** A completed answer of three tokens, the first by version 4, the rest by version 5; its ordinal is 7. */
    public static Trajectory trajectory(String groupId, int sampleIndex, int groupSize, String text) {
        return Records.trajectory(groupId, sampleIndex)
                .setOrdinal(7)
                .setAdmittedVersion(3)
                .setGroupSize(groupSize)
                .setQuestion(Records.question("p1").build())
                .setVersions(List.of(new VersionRun(4L, 1), new VersionRun(5L, 2)))
                .setText(text)
                .build();
    }

    /**
     * Returns a scored trajectory.
     *
     * @param reward reward of the answer; null: there is no answer
     */
    public static ScoredTrajectory scored(String groupId, int sampleIndex, int groupSize, Double reward) {
        return Records.scored(groupId, sampleIndex)
                .setOrdinal(7)
                .setAdmittedVersion(3)
                .setGroupSize(groupSize)
                .setPromptId("p1")
                .setTrajectory(new RecordRef(1, 100L + sampleIndex))
                .setOutcome(reward == null ? Outcome.INFRASTRUCTURE_FAILED : Outcome.COMPLETED)
                .setReward(reward)
                .setOldestVersion(4)
                .setNewestVersion(5)
                .build();
    }

    /** A group of an answer of two tokens and one of three. */
    public static Group group(long ordinal, GroupVerdict verdict) {
        return Records.group("p" + ordinal + "@" + ordinal)
                .setMembers(List.of(
                        Records.member(0).setCompletionTokens(2).build(),
                        Records.member(1).setCompletionTokens(3).build()))
                .setVerdict(verdict)
                .build();
    }

    /** Returns records that a stage has written to a topic, whatever the partition; oldest first. */
    public static <V> WrittenRecords<V> written(List<V> records) {
        return new WrittenRecords<>() {
            @Override
            public Optional<V> newest(int partition) {
                return records.isEmpty() ? Optional.empty() : Optional.of(records.get(records.size() - 1));
            }

            @Override
            public void each(int partition, Consumer<V> use) {
                records.forEach(use);
            }
        };
    }

    /** Returns the decisions of a curriculum that has taken none. */
    public static WrittenDecisions noDecisions() {
        return new WrittenDecisions(written(List.of()), written(List.of()));
    }

    /** Returns the groups of a stage that has written none. */
    public static WrittenGroups noGroups() {
        return new WrittenGroups(written(List.of()), written(List.of()));
    }
}
