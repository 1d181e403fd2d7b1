package dev.longstream.testing;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Demonstration;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Document;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.HeldOutAnswer;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Outcome;
import dev.longstream.record.Prompt;
import dev.longstream.record.Question;
import dev.longstream.record.RecordRef;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Avro builders with every field filled, one method a record, so that a test names only the fields that it is about.
 *
 * <p>All defaults agree with one another: phase 0 is called {@code short}, a group has two members, a prompt has 10
 * tokens and an answer 3, policy version 0 sampled them, all times are the epoch. A group id is
 * {@code promptId@ordinal}; where it has no {@code @}, the prompt has the group's name and the ordinal is 0.
 */
public final class Records {
    private static final String PHASE = "short";
    private static final String TASK = "generated";
    private static final String CONFIG = "config";
    private static final int PROMPT_TOKENS = 10;
    private static final int ANSWER_TOKENS = 3;
    private static final int GROUP_SIZE = 2;

    private Records() {}

    /** A short-answer question whose gold is {@code Ghent}. */
    public static Question.Builder question(String promptId) {
        return Question.newBuilder()
                .setPromptId(promptId)
                .setTask(TASK)
                .setKind(AnswerKind.SHORT_ANSWER)
                .setQuestion("Which town?")
                .setGolds(List.of("Ghent"))
                .setInputTokens(PROMPT_TOKENS);
    }

    /** A training prompt without documents. */
    public static Prompt.Builder prompt(String promptId) {
        return Prompt.newBuilder().setQuestion(question(promptId).build()).setDocuments(List.of());
    }

    /** A document without a title whose text is in the log. */
    public static Document.Builder document(String digest, String text) {
        return Document.newBuilder()
                .setDigest(digest)
                .setText(text)
                .setBytes(text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** A demonstration of one prompt token and one answer token. */
    public static Demonstration.Builder demonstration(String promptId) {
        return Demonstration.newBuilder()
                .setPromptId(promptId)
                .setPromptTokens(List.of(1))
                .setAnswerTokens(List.of(2))
                .setSource("test");
    }

    /** A command of a person called {@code test}. */
    public static Control.Builder control(ControlCommand command) {
        return Control.newBuilder()
                .setCommand(command)
                .setWho("test")
                .setWhy("to see what happens")
                .setAt(Instant.EPOCH);
    }

    /** An assignment of two samples, admitted at policy version 0. */
    public static Assignment.Builder assignment(String groupId) {
        return Assignment.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal(groupId))
                .setQuestion(question(promptId(groupId)).build())
                .setDocuments(List.of())
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setSamples(GROUP_SIZE)
                .setSampling(sampling().build())
                .setSeed(7)
                .setAdmittedVersion(0)
                .setAdmittedAt(Instant.EPOCH);
    }

    /** Plain sampling at temperature 1 with at most eight tokens. */
    public static SamplingSettings.Builder sampling() {
        return SamplingSettings.newBuilder().setTemperature(1).setMaxTokens(8);
    }

    /** A completed answer of three tokens, all sampled by policy version 0, without the prompt's token ids. */
    public static Trajectory.Builder trajectory(String groupId, int sampleIndex) {
        return Trajectory.newBuilder()
                .setRun("test")
                .setGroupId(groupId)
                .setSampleIndex(sampleIndex)
                .setAttempt(0)
                .setOrdinal(ordinal(groupId))
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setAdmittedVersion(0)
                .setGroupSize(GROUP_SIZE)
                .setQuestion(question(promptId(groupId)).build())
                .setOutcome(Outcome.COMPLETED)
                .setPromptTokenCount(PROMPT_TOKENS)
                .setTokens(List.of(1, 2, 3))
                .setBehaviourLogProbs(List.of(-0.1f, -0.2f, -0.3f))
                .setPolicyLogProbs(List.of(-0.1f, -0.2f, -0.3f))
                .setVersions(List.of(new VersionRun(0L, ANSWER_TOKENS)))
                .setText("The answer is Ghent.")
                .setSampling(sampling().build())
                .setWeightsDigest("weights")
                .setWorker("test")
                .setStartedAt(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest(CONFIG);
    }

    /** A scored trajectory with reward 1 and no components. */
    public static ScoredTrajectory.Builder scored(String groupId, int sampleIndex) {
        return ScoredTrajectory.newBuilder()
                .setGroupId(groupId)
                .setSampleIndex(sampleIndex)
                .setOrdinal(ordinal(groupId))
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setAdmittedVersion(0)
                .setGroupSize(GROUP_SIZE)
                .setPromptId(promptId(groupId))
                .setTask(TASK)
                .setTrajectory(new RecordRef(0, (long) sampleIndex))
                .setOutcome(Outcome.COMPLETED)
                .setReward(1.0)
                .setComponents(Collections.emptyList())
                .setInputTokens(PROMPT_TOKENS)
                .setCompletionTokens(ANSWER_TOKENS)
                .setOldestVersion(0)
                .setNewestVersion(0)
                .setConfigDigest(CONFIG);
    }

    /** A request about an answer that is a foreign name of the gold. */
    public static JudgeRequest.Builder judgeRequest(String key) {
        return JudgeRequest.newBuilder()
                .setKey(key)
                .setGroupId("p@0")
                .setSampleIndex(0)
                .setQuestion("Which town?")
                .setAnswer("Gand")
                .setGolds(List.of("Ghent"))
                .setJudge("judge")
                .setRubricDigest("rubric")
                .setAskedAt(Instant.EPOCH);
    }

    /** A reply of the judge with neither a score nor a failure yet. */
    public static Verdict.Builder verdict(String key) {
        return Verdict.newBuilder()
                .setKey(key)
                .setJudge("judge")
                .setRubricDigest("rubric")
                .setAnsweredAt(Instant.EPOCH);
    }

    /** The difficulty after four answers with this mean reward, in [0, 1]. */
    public static Difficulty.Builder difficulty(String promptId, double meanReward) {
        return Difficulty.newBuilder()
                .setPromptId(promptId)
                .setSamples(4)
                .setRewardSum(4 * meanReward)
                .setMeanReward(meanReward)
                .setLastGroup(promptId + "@0")
                .setLastVersion(0)
                .setPhaseIndex(0);
    }

    /** A completed member; its reward is its index, its advantage the index less a half. */
    public static GroupMember.Builder member(int sampleIndex) {
        return GroupMember.newBuilder()
                .setSampleIndex(sampleIndex)
                .setTrajectory(new RecordRef(0, (long) sampleIndex))
                .setOutcome(Outcome.COMPLETED)
                .setReward((double) sampleIndex)
                .setAdvantage(sampleIndex - 0.5)
                .setCompletionTokens(ANSWER_TOKENS)
                .setOldestVersion(0)
                .setNewestVersion(0);
    }

    /** A trainable group of two members. */
    public static Group.Builder group(String groupId) {
        return Group.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal(groupId))
                .setPromptId(promptId(groupId))
                .setTask(TASK)
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setAdmittedVersion(0)
                .setInputTokens(PROMPT_TOKENS)
                .setMembers(List.of(member(0).build(), member(1).build()))
                .setVerdict(GroupVerdict.TRAINABLE)
                .setConfigDigest(CONFIG);
    }

    /** A batch's entry for a group of two members; the group lies at the offset of its ordinal in partition 0. */
    public static BatchGroup.Builder batchGroup(String groupId) {
        return BatchGroup.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal(groupId))
                .setGroup(new RecordRef(0, ordinal(groupId)))
                .setPhaseIndex(0)
                .setInputTokens(PROMPT_TOKENS)
                .setCompletionTokens((long) GROUP_SIZE * ANSWER_TOKENS);
    }

    /** A batch of these groups, with the sum of their completion tokens. */
    public static Batch.Builder batch(long number, List<BatchGroup> groups) {
        return Batch.newBuilder()
                .setBatch(number)
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setGroups(groups)
                .setCompletionTokens(groups.stream()
                        .mapToLong(BatchGroup::getCompletionTokens)
                        .sum())
                .setConfigDigest(CONFIG);
    }

    /** The gradient step that made a policy version from the batch before it, on-policy and with reward 0.5. */
    public static Step.Builder step(long version) {
        return Step.newBuilder()
                .setVersion(version)
                .setBatch(version - 1)
                .setBatchRecord(new RecordRef(0, version - 1))
                .setPhase(PHASE)
                .setPhaseIndex(0)
                .setGroups(1)
                .setTrajectories(GROUP_SIZE)
                .setLoss(0.1)
                .setReward(0.5)
                .setRewardDeviation(0.5)
                .setEntropy(1)
                .setResponseLength(ANSWER_TOKENS)
                .setMaxResponseLength(ANSWER_TOKENS)
                .setTruncatedFraction(0)
                .setInputLength(PROMPT_TOKENS)
                .setStalenessMean(0)
                .setStalenessMax(0)
                .setRatioMean(1)
                .setRatioMax(1)
                .setClipFraction(0)
                .setMismatchKl(0)
                .setMismatchTokens(0)
                .setGradientNorm(1)
                .setLearningRate(1e-5)
                .setPromptTokens(PROMPT_TOKENS)
                .setCompletionTokens((long) GROUP_SIZE * ANSWER_TOKENS)
                .setSeconds(Map.of())
                .setWeightsDigest("weights")
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest(CONFIG);
    }

    /** The announcement of a policy version whose files are nowhere. */
    public static Weights.Builder weights(long version) {
        return Weights.newBuilder()
                .setVersion(version)
                .setUri("file:///nowhere")
                .setDigest("weights")
                .setBytes(1)
                .setAnnouncedAt(Instant.EPOCH);
    }

    /** An evaluation of a policy version on ten held-out questions, all answered. */
    public static Evaluation.Builder evaluation(long version, double reward) {
        return Evaluation.newBuilder()
                .setLabel("version " + version)
                .setVersion(version)
                .setSet("held-out")
                .setQuestions(10)
                .setFailed(0)
                .setReward(reward)
                .setStandardError(0.1)
                .setResponseLength(ANSWER_TOKENS)
                .setTruncatedFraction(0)
                .setByLength(List.of())
                .setSampling(sampling().setTemperature(0).build())
                .setFinishedAt(Instant.EPOCH)
                .setConfigDigest(CONFIG);
    }

    /** An answer of three tokens to a question of the set {@code held-out}, with reward 1. */
    public static HeldOutAnswer.Builder heldOutAnswer(long version, String promptId) {
        return HeldOutAnswer.newBuilder()
                .setLabel("step-" + version)
                .setVersion(version)
                .setSet("held-out")
                .setPromptId(promptId)
                .setInputTokens(PROMPT_TOKENS)
                .setAnswer("The answer is Ghent.")
                .setCompletionTokens(ANSWER_TOKENS)
                .setTruncated(false)
                .setReward(1.0)
                .setConfigDigest(CONFIG);
    }

    /** A record without bytes that the scoring stage refused, in partition 0. */
    public static DeadLetter.Builder deadLetter(String topic, long offset) {
        return DeadLetter.newBuilder()
                .setStage("scoring")
                .setTopic(topic)
                .setPartition(0)
                .setOffset(offset)
                .setReason("made up")
                .setValue(ByteBuffer.allocate(0))
                .setAt(Instant.EPOCH);
    }

    private static String promptId(String groupId) {
        int at = groupId.indexOf('@');
        return at < 0 ? groupId : groupId.substring(0, at);
    }

    private static long ordinal(String groupId) {
        int at = groupId.indexOf('@');
        return at < 0 ? 0 : Long.parseLong(groupId.substring(at + 1));
    }
}
