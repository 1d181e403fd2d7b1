package dev.longstream.exports.answers;

import dev.longstream.exports.tables.RowFile;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordFetcher;
import dev.longstream.log.TopicReader;
import dev.longstream.questions.Turn;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Exports answers of complete groups. An answer that the length limit cut is left out, because trainers put an end after every
 * answer. Equal answers of a group count once. A few groups are in memory at a time. Not thread-safe.
 */
public final class AnswerExport {
    private static final int GROUPS_AT_ONCE = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final EventLog log;
    private final Conversations conversations;
    private final AnswerForm form;
    private final Selection selection;

    /**
     * Choice of answers.
     *
     * @param minReward smallest reward of an answer for SFT
     * @param minGap smallest difference of the rewards of a pair; a pair of equal rewards is never exported
     */
    public record Selection(double minReward, double minGap) {}

    /**
     * Number of rows exported.
     *
     * @param groups groups read
     * @param rows answers or pairs written
     */
    public record ExportedAnswers(long groups, long rows) {}

    /**
     * Creates an export.
     *
     * @param conversations prompts and answers of the run; the caller closes them
     */
    public AnswerExport(EventLog log, Conversations conversations, AnswerForm form, Selection selection) {
        this.log = log;
        this.conversations = conversations;
        this.form = form;
        this.selection = selection;
    }

    /** Writes a file, which appears once it is complete. */
    public ExportedAnswers write(Path path) {
        try (RowFile file = form.format().create(path, form.schema());
                RecordFetcher<Trajectory> trajectories =
                        new RecordFetcher<>(log, log.topics().trajectories(), PATIENCE)) {
            Pending pending = new Pending(file, trajectories);
            TopicReader.readAll(log, log.topics().groups(), record -> pending.add(record.value()));
            if (!form.isPreference()) {
                // The answers of a group may all be right.
                TopicReader.readAll(log, log.topics().rejectedGroups(), record -> pending.add(record.value()));
            }
            pending.write();
            file.publish();
            return new ExportedAnswers(pending.groups, file.rows());
        }
    }

    /** Groups whose trajectories are fetched together. */
    private final class Pending {
        private final RowFile file;
        private final RecordFetcher<Trajectory> trajectories;
        private final List<List<GroupMember>> wanted = new ArrayList<>();
        private long groups;

        Pending(RowFile file, RecordFetcher<Trajectory> trajectories) {
            this.file = file;
            this.trajectories = trajectories;
        }

        void add(Group group) {
            groups++;
            List<GroupMember> members = candidates(group);
            if (!members.isEmpty()) {
                wanted.add(members);
            }
            if (wanted.size() >= GROUPS_AT_ONCE) {
                write();
            }
        }

        void write() {
            Map<RecordRef, Trajectory> fetched = trajectories.fetch(wanted.stream()
                    .flatMap(List::stream)
                    .map(GroupMember::getTrajectory)
                    .toList());
            for (List<GroupMember> members : wanted) {
                Trajectory first = found(fetched, members.get(0));
                List<Turn> prompt = conversations.prompt(first.getQuestion());
                List<ScoredAnswer> answers = members.stream()
                        .map(member -> answer(found(fetched, member), reward(member)))
                        .toList();
                rows(prompt, answers);
            }
            wanted.clear();
        }

        private void rows(List<Turn> prompt, List<ScoredAnswer> answers) {
            if (form.isPreference()) {
                file.write(form.row(prompt, answers.get(answers.size() - 1), answers.get(0)));
                return;
            }
            Set<String> texts = new HashSet<>();
            answers.stream()
                    .filter(answer -> texts.add(answer.text()))
                    .forEach(answer -> file.write(form.row(prompt, answer)));
        }
    }

    /** Returns the members that become rows: all for SFT, the worst and the best for preferences; none if there is no row. */
    private List<GroupMember> candidates(Group group) {
        List<GroupMember> complete = group.getMembers().stream()
                .filter(member -> member.getOutcome() == Outcome.COMPLETED && member.getReward() != null)
                .toList();
        if (!form.isPreference()) {
            return complete.stream()
                    .filter(member -> reward(member) >= selection.minReward())
                    .toList();
        }
        if (complete.isEmpty()) {
            return List.of();
        }
        Comparator<GroupMember> byReward = Comparator.comparingDouble(AnswerExport::reward);
        GroupMember worst = complete.stream().min(byReward).orElseThrow();
        GroupMember best = complete.stream()
                .max(byReward.thenComparing(
                        Comparator.comparingInt(GroupMember::getSampleIndex).reversed()))
                .orElseThrow();
        double gap = reward(best) - reward(worst);
        return gap > 0 && gap >= selection.minGap() ? List.of(worst, best) : List.of();
    }

    private ScoredAnswer answer(Trajectory trajectory, double reward) {
        return new ScoredAnswer(
                trajectory.getGroupId(), trajectory.getSampleIndex(), conversations.answer(trajectory), reward);
    }

    private static Trajectory found(Map<RecordRef, Trajectory> fetched, GroupMember member) {
        return Objects.requireNonNull(fetched.get(member.getTrajectory()));
    }

    private static double reward(GroupMember member) {
        return Objects.requireNonNull(member.getReward());
    }
}
