package dev.longstream.streams;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.Prompt;
import dev.longstream.record.Question;
import dev.longstream.record.RecordRef;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Records for tests; what a test does not care for has some value. */
public final class Samples {
    private Samples() {}

    public static Question question(String promptId, int inputTokens) {
        return Question.newBuilder()
                .setPromptId(promptId)
                .setTask("generated")
                .setKind(AnswerKind.SHORT_ANSWER)
                .setQuestion("Which town?")
                .setGolds(List.of("Ghent"))
                .setInputTokens(inputTokens)
                .build();
    }

    public static Prompt prompt(String promptId, int inputTokens) {
        return Prompt.newBuilder()
                .setQuestion(question(promptId, inputTokens))
                .setDocuments(List.of("digest"))
                .build();
    }

    public static Prompt heldOut(String promptId, int inputTokens) {
        return Prompt.newBuilder(prompt(promptId, inputTokens))
                .setSplit("held-out")
                .build();
    }

    public static Control control(ControlCommand command) {
        return Control.newBuilder()
                .setCommand(command)
                .setWho("test")
                .setWhy("to see what happens")
                .setAt(Instant.EPOCH)
                .build();
    }

    public static Control start(long prompts) {
        return Control.newBuilder(control(ControlCommand.START))
                .setPrompts(prompts)
                .build();
    }

    public static Step step(long version) {
        return Step.newBuilder()
                .setVersion(version)
                .setBatch(version - 1)
                .setBatchRecord(new RecordRef(0, version - 1))
                .setPhase("short")
                .setPhaseIndex(0)
                .setGroups(1)
                .setTrajectories(2)
                .setLoss(0)
                .setReward(0.5)
                .setRewardDeviation(0.5)
                .setEntropy(1)
                .setResponseLength(3)
                .setMaxResponseLength(3)
                .setTruncatedFraction(0)
                .setInputLength(10)
                .setStalenessMean(0)
                .setStalenessMax(0)
                .setRatioMean(1)
                .setRatioMax(1)
                .setClipFraction(0)
                .setMismatchKl(0)
                .setMismatchTokens(0)
                .setGradientNorm(1)
                .setLearningRate(1e-6)
                .setPromptTokens(10)
                .setCompletionTokens(6)
                .setSeconds(Map.of())
                .setWeightsDigest("weights")
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest("digest")
                .build();
    }

    /** A completed answer of three tokens, the first by version 4, the rest by version 5. */
    public static Trajectory trajectory(String groupId, int sampleIndex, int groupSize, String text) {
        return Trajectory.newBuilder()
                .setRun("test")
                .setGroupId(groupId)
                .setSampleIndex(sampleIndex)
                .setAttempt(0)
                .setOrdinal(7)
                .setPhase("short")
                .setPhaseIndex(0)
                .setAdmittedVersion(3)
                .setGroupSize(groupSize)
                .setQuestion(question("p1", 10))
                .setOutcome(Outcome.COMPLETED)
                .setPromptTokenCount(10)
                .setTokens(List.of(1, 2, 3))
                .setBehaviourLogProbs(List.of(-0.1f, -0.2f, -0.3f))
                .setPolicyLogProbs(List.of(-0.1f, -0.2f, -0.3f))
                .setVersions(List.of(new VersionRun(4L, 1), new VersionRun(5L, 2)))
                .setText(text)
                .setSampling(SamplingSettings.newBuilder()
                        .setTemperature(1)
                        .setMaxTokens(8)
                        .build())
                .setWeightsDigest("weights")
                .setWorker("w")
                .setStartedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest("digest")
                .build();
    }

    /**
     * Returns a scored trajectory.
     *
     * @param reward reward of the answer; null: there is no answer
     */
    public static ScoredTrajectory scored(String groupId, int sampleIndex, int groupSize, Double reward) {
        return ScoredTrajectory.newBuilder()
                .setGroupId(groupId)
                .setSampleIndex(sampleIndex)
                .setOrdinal(7)
                .setPhase("short")
                .setPhaseIndex(0)
                .setAdmittedVersion(3)
                .setGroupSize(groupSize)
                .setPromptId("p1")
                .setTask("generated")
                .setTrajectory(new RecordRef(1, 100L + sampleIndex))
                .setOutcome(reward == null ? Outcome.INFRASTRUCTURE_FAILED : Outcome.COMPLETED)
                .setReward(reward)
                .setComponents(Collections.emptyList())
                .setInputTokens(10)
                .setCompletionTokens(3)
                .setOldestVersion(4)
                .setNewestVersion(5)
                .setConfigDigest("digest")
                .build();
    }

    public static Group group(long ordinal, GroupVerdict verdict) {
        return Group.newBuilder()
                .setGroupId("p" + ordinal + "@" + ordinal)
                .setOrdinal(ordinal)
                .setPromptId("p" + ordinal)
                .setTask("generated")
                .setPhase("short")
                .setPhaseIndex(0)
                .setAdmittedVersion(0)
                .setInputTokens(10)
                .setMembers(List.of(member(0, 2), member(1, 3)))
                .setVerdict(verdict)
                .setConfigDigest("digest")
                .build();
    }

    private static GroupMember member(int sampleIndex, int completionTokens) {
        return GroupMember.newBuilder()
                .setSampleIndex(sampleIndex)
                .setTrajectory(new RecordRef(0, (long) sampleIndex))
                .setOutcome(Outcome.COMPLETED)
                .setReward((double) sampleIndex)
                .setAdvantage(sampleIndex - 0.5)
                .setCompletionTokens(completionTokens)
                .setOldestVersion(0)
                .setNewestVersion(0)
                .build();
    }
}
