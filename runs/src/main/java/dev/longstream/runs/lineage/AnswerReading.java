package dev.longstream.runs.lineage;

import dev.longstream.log.GroupIds;
import dev.longstream.log.Topics;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.Question;
import dev.longstream.record.RecordRef;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.rewards.AskedJudge;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads answers with their rewards and verdicts from the log of one run. */
final class AnswerReading {
    private static final String JUDGE = "judge";

    private final Topics topics;
    private final RunGeneration run;
    private final RecordSearch search;
    private @Nullable Set<JudgeKind> judges;
    private @Nullable Map<String, TracedScore.RewardOrigin> promotions;

    /** Model and rubric of a judge, which are part of the key of a verdict. */
    private record JudgeKind(String model, String rubricDigest) {}

    AnswerReading(RunGeneration run) {
        this.run = run;
        this.topics = run.topics();
        this.search = run.search();
    }

    /** Returns the trajectories at these addresses; those that are not on the log any more are left out. */
    Map<RecordRef, FoundRecord<Trajectory>> trajectories(Collection<RecordRef> references) {
        return search.fetch(topics.trajectories(), references);
    }

    /** Returns the trajectories of a group on the log, written from a time on. */
    List<FoundRecord<Trajectory>> trajectories(String groupId, long since) {
        List<FoundRecord<Trajectory>> found = new ArrayList<>();
        search.since(since, topics.trajectories(), groupId::equals, found::add);
        return found;
    }

    /**
     * Describes the answers of complete groups, in their order.
     *
     * @param missing receives what is not on the log
     */
    List<TracedAnswer> ofGroups(List<TracedGroup> groups, List<String> missing) {
        Map<RecordRef, String> places = new LinkedHashMap<>();
        groups.forEach(group ->
                group.members().forEach(member -> places.put(member.place().reference(), member.id())));
        Map<RecordRef, FoundRecord<Trajectory>> found = trajectories(places.keySet());
        List<FoundRecord<Trajectory>> ordered = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        places.forEach((place, id) -> {
            FoundRecord<Trajectory> trajectory = found.get(place);
            if (trajectory == null) {
                removed.add(id);
            } else {
                ordered.add(trajectory);
            }
        });
        note("answers", removed, missing);
        List<TracedAnswer> answers = describe(ordered);
        List<String> unscored = answers.stream()
                .filter(answer -> answer.score() == null)
                .map(TracedAnswer::id)
                .toList();
        note("scores", unscored, missing);
        return answers;
    }

    private void note(String what, List<String> ids, List<String> missing) {
        if (!ids.isEmpty()) {
            missing.add(ids.size() + " " + what + " (" + ids.get(0) + (ids.size() == 1 ? "" : ", …") + "): "
                    + run.removal());
        }
    }

    /** Describes answers with their rewards, in the order of {@code trajectories}. */
    List<TracedAnswer> describe(Collection<FoundRecord<Trajectory>> trajectories) {
        Map<RecordRef, FoundRecord<ScoredTrajectory>> scores = scores(trajectories);
        Map<RecordRef, TracedScore.JudgeReply> replies = replies(trajectories, scores);
        return trajectories.stream()
                .map(trajectory -> {
                    FoundRecord<ScoredTrajectory> score = scores.get(trajectory.place());
                    return describe(
                            trajectory,
                            score == null
                                    ? null
                                    : TracedScore.of(
                                            topics.scored(),
                                            score,
                                            replies.get(trajectory.place()),
                                            origin(score.value().getPromoted())));
                })
                .toList();
    }

    private TracedAnswer describe(FoundRecord<Trajectory> found, @Nullable TracedScore score) {
        Trajectory trajectory = found.value();
        return new TracedAnswer(
                GroupIds.answer(trajectory.getGroupId(), trajectory.getSampleIndex()),
                TracedPlace.of(topics.trajectories(), found.place()),
                trajectory.getRun(),
                trajectory.getWorker(),
                trajectory.getOutcome(),
                trajectory.getText(),
                TracedTokens.of(trajectory),
                trajectory.getWeightsDigest(),
                score);
    }

    /**
     * Finds the scores of answers. A score is as old as its answer or younger, except in a replay, where it may be as old as a
     * verdict on an earlier answer; then all of {@code scored} is searched.
     */
    private Map<RecordRef, FoundRecord<ScoredTrajectory>> scores(Collection<FoundRecord<Trajectory>> trajectories) {
        Map<RecordRef, FoundRecord<ScoredTrajectory>> found = new HashMap<>();
        Set<RecordRef> wanted =
                trajectories.stream().map(FoundRecord::place).collect(Collectors.toCollection(HashSet::new));
        Set<String> groups =
                trajectories.stream().map(each -> each.value().getGroupId()).collect(Collectors.toSet());
        long since =
                trajectories.stream().mapToLong(FoundRecord::timestamp).min().orElse(0);
        if (!wanted.isEmpty()) {
            search.since(since, topics.scored(), groups::contains, score -> take(score, wanted, found));
        }
        if (!wanted.isEmpty()) {
            search.all(topics.scored(), groups::contains, score -> take(score, wanted, found));
        }
        return found;
    }

    /** Returns the newest promotion of a shadow; null for the run's own reward. */
    private TracedScore.@Nullable RewardOrigin origin(@Nullable PromotedReward promoted) {
        if (promoted == null) {
            return null;
        }
        if (promotions == null) {
            Map<String, TracedScore.RewardOrigin> found = new HashMap<>();
            search.all(topics.control(), any -> true, command -> {
                if (command.value().getCommand() == ControlCommand.PROMOTE
                        && command.value().getPromoted() != null) {
                    String shadow = command.value().getPromoted().getShadow();
                    found.put(
                            shadow,
                            new TracedScore.RewardOrigin(
                                    shadow,
                                    command.value().getWho(),
                                    command.value().getWhy()));
                }
                return true;
            });
            promotions = found;
        }
        return promotions.getOrDefault(
                promoted.getShadow(), new TracedScore.RewardOrigin(promoted.getShadow(), null, null));
    }

    private static boolean take(
            FoundRecord<ScoredTrajectory> score,
            Set<RecordRef> wanted,
            Map<RecordRef, FoundRecord<ScoredTrajectory>> found) {
        if (wanted.remove(score.value().getTrajectory())) {
            found.put(score.value().getTrajectory(), score);
        }
        return !wanted.isEmpty();
    }

    /** Finds the verdicts on answers that a judge was asked about, by the keys of the requests. */
    private Map<RecordRef, TracedScore.JudgeReply> replies(
            Collection<FoundRecord<Trajectory>> trajectories, Map<RecordRef, FoundRecord<ScoredTrajectory>> scores) {
        Map<String, Set<RecordRef>> asked = new HashMap<>();
        for (FoundRecord<Trajectory> trajectory : trajectories) {
            FoundRecord<ScoredTrajectory> score = scores.get(trajectory.place());
            if (score != null && isJudged(score.value())) {
                keys(trajectory.value(), score.value())
                        .forEach(key -> asked.computeIfAbsent(key, any -> new HashSet<>())
                                .add(trajectory.place()));
            }
        }
        Map<RecordRef, TracedScore.JudgeReply> replies = new HashMap<>();
        if (!asked.isEmpty()) {
            search.all(topics.verdicts(), asked::containsKey, verdict -> {
                asked.getOrDefault(verdict.key(), Set.of())
                        .forEach(answer -> replies.merge(answer, reply(verdict), AnswerReading::better));
                return true;
            });
        }
        return replies;
    }

    /** Returns the reply that counts: the first one with a score, or the last one. */
    private static TracedScore.JudgeReply better(TracedScore.JudgeReply one, TracedScore.JudgeReply next) {
        return one.score() == null ? next : one;
    }

    private TracedScore.JudgeReply reply(FoundRecord<Verdict> verdict) {
        return TracedScore.JudgeReply.of(topics.verdicts(), verdict);
    }

    private static boolean isJudged(ScoredTrajectory score) {
        return score.getComponents().stream().anyMatch(part -> part.getName().equals(JUDGE));
    }

    /** Returns the keys that a request about an answer can have: its extracted part, or all of it. */
    private Set<String> keys(Trajectory trajectory, ScoredTrajectory score) {
        Question question = trajectory.getQuestion();
        Set<String> answers = new TreeSet<>(Set.of(trajectory.getText()));
        score.getComponents().stream()
                .map(RewardComponent::getExtracted)
                .filter(extracted -> extracted != null)
                .forEach(answers::add);
        Set<String> keys = new HashSet<>();
        for (JudgeKind judge : judges()) {
            AskedJudge asked = new AskedJudge(judge.model(), judge.rubricDigest(), false);
            answers.forEach(answer -> keys.add(asked.key(question, answer)));
        }
        return keys;
    }

    /** Returns all judges and rubrics that gave a verdict in the run; there is mostly one. */
    private Set<JudgeKind> judges() {
        Set<JudgeKind> known = judges;
        if (known == null) {
            Set<JudgeKind> found = new HashSet<>();
            search.all(topics.verdicts(), any -> true, verdict -> {
                found.add(new JudgeKind(
                        verdict.value().getJudge(), verdict.value().getRubricDigest()));
                return true;
            });
            judges = found;
            return found;
        }
        return known;
    }
}
