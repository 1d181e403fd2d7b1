package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Assembles a training batch from a manifest, its groups and their trajectories, and checks that they agree. */
public final class BatchAssembly {
    private final Batch manifest;
    private final long version;
    private final String run;
    private final Map<RecordRef, Group> groups;
    private final Map<RecordRef, Trajectory> trajectories;

    private BatchAssembly(
            Batch manifest,
            long version,
            String run,
            Map<RecordRef, Group> groups,
            Map<RecordRef, Trajectory> trajectories) {
        this.manifest = manifest;
        this.version = version;
        this.run = run;
        this.groups = groups;
        this.trajectories = trajectories;
    }

    /**
     * Fetches the records that a manifest refers to and assembles them.
     *
     * @param version version of the policy to be trained; no token may be newer, unless another run's policy sampled it
     * @throws BatchException if the records do not agree
     */
    public static TrainingBatch assemble(Batch manifest, long version, BatchSource source) {
        List<RecordRef> groupRefs =
                manifest.getGroups().stream().map(BatchGroup::getGroup).toList();
        Map<RecordRef, Group> groups = source.groups(groupRefs);
        List<RecordRef> trajectoryRefs = groupRefs.stream()
                .map(groups::get)
                .filter(Objects::nonNull)
                .flatMap(group -> group.getMembers().stream())
                .map(GroupMember::getTrajectory)
                .toList();
        return new BatchAssembly(manifest, version, source.run(), groups, source.trajectories(trajectoryRefs)).batch();
    }

    private TrainingBatch batch() {
        List<TrainingGroup> training = new ArrayList<>();
        for (BatchGroup entry : manifest.getGroups()) {
            training.add(group(entry));
        }
        if (training.stream().allMatch(group -> group.answers().isEmpty())) {
            throw refused("it has no answer with an advantage, so there is nothing to train on");
        }
        return new TrainingBatch(manifest, training);
    }

    private TrainingGroup group(BatchGroup entry) {
        Group group = groups.get(entry.getGroup());
        if (group == null) {
            throw refused("group " + entry.getGroupId() + " is missing at " + entry.getGroup());
        }
        require(
                group.getGroupId().equals(entry.getGroupId()) && group.getOrdinal() == entry.getOrdinal(),
                "%s is group %s (ordinal %d), expected %s (ordinal %d)",
                entry.getGroup(),
                group.getGroupId(),
                group.getOrdinal(),
                entry.getGroupId(),
                entry.getOrdinal());
        require(
                group.getVerdict() == GroupVerdict.TRAINABLE,
                "group %s is %s, expected TRAINABLE",
                group.getGroupId(),
                group.getVerdict());
        long tokens = group.getMembers().stream()
                .mapToLong(GroupMember::getCompletionTokens)
                .sum();
        require(
                tokens == entry.getCompletionTokens(),
                "group %s has %d completion tokens, its manifest states %d",
                group.getGroupId(),
                tokens,
                entry.getCompletionTokens());
        int[] prompt = null;
        float temperature = Float.NaN;
        List<TrainingAnswer> answers = new ArrayList<>();
        for (GroupMember member : group.getMembers()) {
            Trajectory trajectory = trajectory(group, member);
            if (prompt == null && trajectory.getPromptTokens() != null) {
                prompt = ints(trajectory.getPromptTokens());
            }
            if (member.getAdvantage() != null && member.getCompletionTokens() > 0) {
                answers.add(answer(group, member, trajectory, advantage(entry, member.getAdvantage())));
                temperature = sameTemperature(group, temperature, trajectory);
            }
        }
        return new TrainingGroup(
                group.getGroupId(), entry.getPhaseIndex(), checkedPrompt(group, prompt), temperature, answers);
    }

    /** Returns the advantage in the batch: the group's, shifted and divided as the manifest states. */
    private double advantage(BatchGroup entry, double inGroup) {
        Double shift = entry.getAdvantageShift();
        Double divisor = entry.getAdvantageDivisor();
        if (shift == null || divisor == null) {
            return inGroup;
        }
        require(
                divisor > 0,
                "group %s has an advantage divisor of %s, expected more than 0",
                entry.getGroupId(),
                divisor);
        return (inGroup - shift) / divisor;
    }

    private int[] checkedPrompt(Group group, int @Nullable [] prompt) {
        if (prompt == null) {
            throw refused("no trajectory of group " + group.getGroupId()
                    + " carries the prompt's tokens, expected sample 0 to");
        }
        require(
                prompt.length > 0 && prompt.length == group.getInputTokens(),
                "the prompt of group %s has %d tokens, expected %d",
                group.getGroupId(),
                prompt.length,
                group.getInputTokens());
        return prompt;
    }

    private float sameTemperature(Group group, float temperature, Trajectory trajectory) {
        float own = trajectory.getSampling().getTemperature();
        require(
                own > 0 && (Float.isNaN(temperature) || own == temperature),
                "sample %d of group %s was sampled at temperature %s, expected one temperature above 0 for the group",
                trajectory.getSampleIndex(),
                group.getGroupId(),
                own);
        return own;
    }

    private Trajectory trajectory(Group group, GroupMember member) {
        Trajectory trajectory = trajectories.get(member.getTrajectory());
        if (trajectory == null) {
            throw refused("sample " + member.getSampleIndex() + " of group " + group.getGroupId() + " is missing at "
                    + member.getTrajectory());
        }
        require(
                trajectory.getGroupId().equals(group.getGroupId())
                        && trajectory.getSampleIndex() == member.getSampleIndex(),
                "%s is sample %d of group %s, expected sample %d of group %s",
                member.getTrajectory(),
                trajectory.getSampleIndex(),
                trajectory.getGroupId(),
                member.getSampleIndex(),
                group.getGroupId());
        return trajectory;
    }

    private TrainingAnswer answer(Group group, GroupMember member, Trajectory trajectory, double advantage) {
        String name = "sample " + member.getSampleIndex() + " of group " + group.getGroupId();
        int tokens = trajectory.getTokens().size();
        require(
                tokens == member.getCompletionTokens(),
                "%s has %d tokens, its group states %d",
                name,
                tokens,
                member.getCompletionTokens());
        require(
                trajectory.getBehaviourLogProbs().size() == tokens,
                "%s has %d tokens and %d behaviour log-probabilities",
                name,
                tokens,
                trajectory.getBehaviourLogProbs().size());
        int versioned = trajectory.getVersions().stream()
                .mapToInt(VersionRun::getTokens)
                .sum();
        require(versioned == tokens, "%s has %d tokens, but policy versions for %d", name, tokens, versioned);
        boolean ownPolicy = trajectory.getRun().equals(run);
        for (VersionRun sampled : trajectory.getVersions()) {
            require(
                    !ownPolicy || sampled.getVersion() <= version,
                    "%s has tokens of policy version %d, but version %d is being trained",
                    name,
                    sampled.getVersion(),
                    version);
        }
        float[] behaviour = floats(trajectory.getBehaviourLogProbs());
        for (float logProb : behaviour) {
            require(Float.isFinite(logProb), "%s has a behaviour log-probability of %s", name, logProb);
        }
        Double reward = member.getReward();
        if (reward == null) {
            throw refused(name + " has an advantage of " + member.getAdvantage() + ", but no reward");
        }
        return new TrainingAnswer(
                member.getSampleIndex(),
                ints(trajectory.getTokens()),
                behaviour,
                trajectory.getVersions(),
                advantage,
                reward,
                member.getOutcome() == Outcome.TRUNCATED);
    }

    private void require(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw refused(String.format(Locale.ROOT, message, arguments));
        }
    }

    private BatchException refused(String why) {
        return new BatchException("Batch " + manifest.getBatch() + " cannot be trained on: " + why);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
