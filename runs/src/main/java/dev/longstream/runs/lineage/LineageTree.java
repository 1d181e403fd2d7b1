package dev.longstream.runs.lineage;

import dev.longstream.runs.lineage.TracedGroup.AdvantageOrigin;
import dev.longstream.runs.lineage.TracedGroup.TracedMember;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints lineages as trees of lines, for people. Long texts are shortened. */
public final class LineageTree {
    private static final int SHOWN_CHARACTERS = 160;
    private static final int SHOWN_IDS = 12;

    private final List<LineageTree> branches = new ArrayList<>();
    private final String text;

    private LineageTree(String text) {
        this.text = text;
    }

    /** Prints everything that a step was made of. */
    public static List<String> of(StepLineage lineage) {
        TracedStep step = lineage.step();
        LineageTree root = new LineageTree("step " + step.version() + " of run " + step.run() + ": version "
                + step.before().version() + " → " + step.version());
        root.add(update(step.update()));
        root.add("before: " + version(step.before()));
        root.add("after: " + version(step.after()));
        if (step.batch() != null) {
            batch(root, step.batch(), lineage);
        }
        sampledBy(root, lineage.sampledBy());
        missing(root, lineage.missing());
        return root.lines();
    }

    private static void batch(LineageTree root, TracedBatch batch, StepLineage lineage) {
        LineageTree node = root.add("batch " + batch.number() + " (batches " + batch.place() + "): phase "
                + batch.phase() + ", " + batch.groupIds().size() + " groups, " + batch.completionTokens()
                + " completion tokens");
        Map<String, TracedAnswer> answers = lineage.answers().stream()
                .collect(Collectors.toMap(TracedAnswer::id, answer -> answer, (one, other) -> one));
        Map<String, TracedPrompt> prompts = new HashMap<>();
        lineage.prompts().forEach(prompt -> prompts.put(prompt.id(), prompt));
        for (TracedGroup group : batch.groups()) {
            LineageTree branch = group(node, group);
            prompt(branch, prompts.get(group.promptId()));
            group.members().forEach(member -> answer(branch, member.id(), answers.get(member.id()), member));
        }
    }

    /** Prints a group with its answers and its way to a step. */
    public static List<String> of(GroupLineage lineage) {
        LineageTree root = path(lineage.path());
        TracedGroup group = lineage.group();
        LineageTree branch = group == null ? root : group(root, group);
        prompt(root, lineage.prompt());
        Map<String, TracedMember> members = new HashMap<>();
        if (group != null) {
            group.members().forEach(member -> members.put(member.id(), member));
        }
        lineage.answers().forEach(answer -> answer(branch, answer.id(), answer, members.get(answer.id())));
        sampledBy(root, lineage.sampledBy());
        missing(root, lineage.missing());
        return root.lines();
    }

    /** Prints an answer with its tokens and its way to a step. */
    public static List<String> of(AnswerLineage lineage) {
        LineageTree root = path(lineage.path());
        LineageTree answer = answer(root, lineage.answer().id(), lineage.answer(), lineage.member());
        List<Integer> ids = lineage.sampled().ids();
        for (TracedTokens.VersionSpan span : lineage.answer().tokens().spans()) {
            List<Integer> shown = ids.subList(span.from(), Math.min(ids.size(), span.from() + span.tokens()));
            answer.add("tokens " + span.from() + " to " + (span.from() + span.tokens() - 1) + " by version "
                    + span.version() + ": " + ids(shown));
        }
        prompt(root, lineage.prompt());
        sampledBy(root, lineage.sampledBy());
        missing(root, lineage.missing());
        return root.lines();
    }

    private static String ids(List<Integer> ids) {
        String shown = ids.stream().limit(SHOWN_IDS).map(String::valueOf).collect(Collectors.joining(" "));
        return ids.size() > SHOWN_IDS ? shown + " …" : shown;
    }

    /** Prints a prompt with what became of its assignments. */
    public static List<String> of(PromptLineage lineage) {
        LineageTree root = new LineageTree("prompt " + lineage.prompt().id());
        prompt(root, lineage.prompt());
        lineage.paths().forEach(path -> root.branches.add(path(path)));
        missing(root, lineage.missing());
        return root.lines();
    }

    /** Prints a policy version with its origin and its uses. */
    public static List<String> of(VersionLineage lineage) {
        LineageTree root = new LineageTree(
                version(lineage.version()) + ", announced " + lineage.version().announcedAt());
        VersionLineage.MakingStep madeBy = lineage.madeBy();
        if (madeBy == null) {
            root.add("reinforcement learning began with it");
        } else {
            root.add("made by step " + lineage.version().version() + " of run " + madeBy.run() + " from batch "
                            + madeBy.batch())
                    .add(update(madeBy.update()));
        }
        LineageTree answers = root.add("sampled "
                + lineage.answers().stream()
                        .mapToInt(VersionLineage.SampledPart::tokens)
                        .sum()
                + " tokens of " + lineage.answers().size() + " answers");
        lineage.answers()
                .forEach(part -> answers.add(part.id() + " (trajectories " + part.place() + "): " + part.tokens()
                        + " of " + part.completionTokens() + " tokens, reward " + number(part.reward())));
        lineage.evaluations()
                .forEach(evaluation -> root.add("evaluation " + evaluation.label() + " (evaluations "
                        + evaluation.place() + "): reward " + number(evaluation.reward()) + " ± "
                        + number(evaluation.standardError()) + " on " + evaluation.questions() + " questions of "
                        + evaluation.set()));
        missing(root, lineage.missing());
        return root.lines();
    }

    /** Prints a document with its prompts. */
    public static List<String> of(DocumentLineage lineage) {
        LineageTree root = new LineageTree(document(lineage.document()));
        lineage.prompts()
                .forEach(use -> root.add("prompt " + use.id() + " (prompts " + use.place() + "): " + use.split()
                        + ", document " + (use.position() + 1)));
        return root.lines();
    }

    private static LineageTree path(TracedPath path) {
        LineageTree root = new LineageTree("group " + path.groupId() + " of run " + path.run() + ": " + path.reason());
        if (path.admittedAt() != null) {
            root.add("assigned in phase " + path.phase() + " at version " + path.admittedVersion() + ", "
                    + path.admittedAt());
        }
        if (path.batch() != null) {
            root.add("in batch " + path.batch()
                    + (path.version() == null ? ", not trained yet" : ", trained by step " + path.version()));
        }
        return root;
    }

    private static LineageTree group(LineageTree parent, TracedGroup group) {
        AdvantageOrigin scale = group.scale();
        String topic = group.place().topic();
        return parent.add("group " + group.id() + " ("
                + topic.substring(topic.lastIndexOf("groups")) + " " + group.place() + "): task " + group.task()
                + ", " + group.inputTokens() + " prompt tokens, rewards " + number(scale.meanReward()) + " ± "
                + number(scale.deviation()) + ", " + group.verdict()
                + (scale.shift() == null
                        ? ""
                        : ", advantages − " + number(scale.shift()) + " ÷ " + number(scale.divisor())
                                + " in the batch"));
    }

    private static LineageTree answer(
            LineageTree parent, String id, @Nullable TracedAnswer answer, @Nullable TracedMember member) {
        LineageTree node = new LineageTree("answer " + id + (answer == null ? ": not on the log" : head(answer)));
        parent.branches.add(node);
        if (member != null) {
            node.add("reward " + number(member.reward())
                    + (member.lengthPenalty() == null ? "" : ", length penalty " + number(member.lengthPenalty()))
                    + ", advantage " + number(member.advantage())
                    + (member.trainedAdvantage() == null ? "" : ", trained with " + number(member.trainedAdvantage())));
        }
        if (answer != null) {
            score(node, answer.score());
            node.add("text: " + shortened(answer.text()));
        }
        return node;
    }

    private static String head(TracedAnswer answer) {
        TracedTokens tokens = answer.tokens();
        return " (trajectories " + answer.place() + "): " + answer.outcome() + ", " + tokens.count() + " tokens, "
                + tokens.spans().stream()
                        .map(span -> span.tokens() + " by version " + span.version())
                        .collect(Collectors.joining(", "))
                + ", log μ mean " + number(tokens.meanLogProb()) + ", min " + number(tokens.minLogProb());
    }

    private static void score(LineageTree node, @Nullable TracedScore score) {
        if (score == null) {
            node.add("not scored");
            return;
        }
        if (score.promoted() != null) {
            TracedScore.RewardOrigin origin = score.promoted();
            node.add("scored by the shadow " + origin.shadow() + ", promoted by "
                    + (origin.who() == null || origin.why() == null
                            ? "the run before"
                            : origin.who() + ": " + shortened(origin.why())));
        }
        for (TracedScore.ScorePart part : score.parts()) {
            node.add(part.name() + " " + number(part.value()) + ", extracted "
                    + (part.extracted() == null ? "nothing" : "'" + shortened(part.extracted()) + "'") + ": "
                    + shortened(part.reason()));
        }
        if (score.verdict() != null) {
            TracedScore.JudgeReply reply = score.verdict();
            node.add("verdict of " + reply.judge() + " (verdicts " + reply.place() + "): " + number(reply.score())
                    + ", " + shortened(reply.failure() == null ? reply.words() : reply.failure()));
        }
    }

    private static void prompt(LineageTree parent, @Nullable TracedPrompt prompt) {
        if (prompt == null) {
            return;
        }
        LineageTree node = parent.add("prompt " + prompt.id() + " (prompts " + prompt.place() + "): "
                + prompt.inputTokens() + " tokens, from " + prompt.source());
        node.add("question: " + shortened(prompt.question()));
        node.add("golds: " + shortened(String.join(" | ", prompt.golds())));
        prompt.documents().forEach(document -> node.add(document(document)));
    }

    private static String document(TracedDocument document) {
        return "document " + document.digest()
                + (document.place() == null
                        ? ": not on the log"
                        : " (documents " + document.place() + "): " + document.bytes() + " bytes"
                                + (document.title() == null || document.title().isEmpty()
                                        ? ""
                                        : ", '" + shortened(document.title()) + "'")
                                + (document.uri() == null ? "" : ", text in " + document.uri()));
    }

    private static String version(TracedVersion version) {
        return "version " + version.version() + " of run " + version.run()
                + (version.place() == null
                        ? ", whose announcement is not on the log"
                        : " (weights " + version.place() + "): " + version.uri() + ", SHA-256 " + version.digest());
    }

    private static String update(TracedUpdate update) {
        return "finished " + update.finishedAt() + " (steps " + update.place() + "): loss " + number(update.loss())
                + ", reward " + number(update.reward()) + ", entropy " + number(update.entropy()) + ", KL "
                + number(update.klToInitial()) + ", staleness " + number(update.stalenessMean()) + ", clipped "
                + number(update.clipFraction()) + ", gradient norm " + number(update.gradientNorm());
    }

    private static void sampledBy(LineageTree root, List<TracedVersion> versions) {
        versions.forEach(version -> root.add("sampled by " + version(version)));
    }

    private static void missing(LineageTree root, List<String> missing) {
        missing.forEach(what -> root.add("missing: " + what));
    }

    private static String number(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private LineageTree add(String line) {
        LineageTree branch = new LineageTree(line);
        branches.add(branch);
        return branch;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(text));
        for (int i = 0; i < branches.size(); i++) {
            boolean last = i == branches.size() - 1;
            List<String> branch = branches.get(i).lines();
            lines.add((last ? "└─ " : "├─ ") + branch.get(0));
            branch.stream().skip(1).map(line -> (last ? "   " : "│  ") + line).forEach(lines::add);
        }
        return lines;
    }
}
