package dev.longstream.streams.curriculum;

import dev.longstream.record.Prompt;
import dev.longstream.record.Question;
import dev.longstream.record.RetrospectiveDraw;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The run's training prompts by phase: the first prompts of the topic, as many as START names. The ids and the order of
 * a phase's prompts follow from the stores once these are complete, and are cached.
 */
final class PromptPool {
    private static final Logger LOG = LoggerFactory.getLogger(PromptPool.class);

    private final CurriculumConfig config;
    private final KeyValueStore<Long, Prompt> prompts;
    private final KeyValueStore<String, Long> numbers;
    private final KnownDifficulties difficulties;
    private final Map<Integer, PhasePlan> plans = new HashMap<>();
    private @Nullable List<Member> members;
    private int waitingFor = -1;

    /** A prompt and the phases in whose range of lengths it is. */
    private record Member(String id, String task, BitSet phases) {}

    /**
     * A prompt to attempt.
     *
     * @param retrospective how it was drawn from earlier phases; null: the phase's own prompt
     */
    record DrawnPrompt(Prompt prompt, @Nullable RetrospectiveDraw retrospective) {}

    PromptPool(
            CurriculumConfig config,
            KeyValueStore<Long, Prompt> prompts,
            KeyValueStore<String, Long> numbers,
            KnownDifficulties difficulties) {
        this.config = config;
        this.prompts = prompts;
        this.numbers = numbers;
        this.difficulties = difficulties;
    }

    /** Adds a prompt and returns whether it is new; the first prompt with an id counts. */
    boolean add(Prompt prompt, long number) {
        if (numbers.putIfAbsent(prompt.getQuestion().getPromptId(), number) != null) {
            return false;
        }
        prompts.put(number, prompt);
        return true;
    }

    /**
     * Returns whether a phase can begin: the offline pass whose difficulties it uses, if any, has measured the prompts. Says
     * once what a phase waits for.
     */
    boolean isReady(int phase, CurriculumProgress progress) {
        Phase settings = config.phases().get(phase);
        String pass = settings.prompts().difficultyOf();
        if (plans.containsKey(phase) || pass == null || !settings.prompts().usesRewards()) {
            return true;
        }
        if (difficulties.isComplete(pass) || difficulties.measured(pass).containsAll(candidates(phase, progress))) {
            return true;
        }
        if (waitingFor != phase) {
            waitingFor = phase;
            LOG.info("Phase {} waits for the difficulty pass {}", settings.name(), pass);
        }
        return false;
    }

    /** Returns the ended phases whose last policy must measure difficulties, and marks these as asked for. */
    List<Phase> takeUnmeasured(CurriculumProgress progress) {
        List<Phase> ended = new ArrayList<>();
        for (int phase = 0; phase < config.phases().size(); phase++) {
            Phase settings = config.phases().get(phase);
            if (settings.end().difficultySamples() != null
                    && progress.version() >= progress.ends().get(phase)
                    && difficulties.markAsked(PhaseEnd.pass(settings.name()))) {
                ended.add(settings);
            }
        }
        return ended;
    }

    private Set<String> candidates(int phase, CurriculumProgress progress) {
        return members(progress).stream()
                .filter(member -> member.phases().get(phase) || startsBefore(member.phases(), phase))
                .map(Member::id)
                .collect(Collectors.toSet());
    }

    /**
     * Returns the prompt of a phase's next assignment.
     *
     * @param index number of assignments that the phase has had
     * @param progress progress with all prompts read
     * @throws IllegalStateException if some phase has no prompt
     */
    DrawnPrompt get(int phase, long index, CurriculumProgress progress) {
        PhasePlan plan = plan(phase, progress);
        PhasePlan.DrawTurn turn = plan.turn(index);
        Prompt prompt = prompts.get(Objects.requireNonNull(numbers.get(turn.promptId())));
        Double mean = turn.meanReward();
        return new DrawnPrompt(
                prompt,
                mean == null
                        ? null
                        : new RetrospectiveDraw(
                                mean, turn.probability(), plan.earlier(), difficulties.offsetAt(phase)));
    }

    private PhasePlan plan(int phase, CurriculumProgress progress) {
        PhasePlan known = plans.get(phase);
        if (known != null) {
            return known;
        }
        Phase settings = config.phases().get(phase);
        Map<String, Double> means = settings.prompts().usesRewards()
                ? difficulties.at(phase, settings.prompts().difficultyOf())
                : Map.of();
        List<PromptCandidate> own = new ArrayList<>();
        List<PromptCandidate> earlier = new ArrayList<>();
        for (Member member : members(progress)) {
            PromptCandidate candidate = new PromptCandidate(member.id(), member.task(), means.get(member.id()));
            if (member.phases().get(phase)) {
                own.add(candidate);
            } else if (settings.prompts().retrospective().share() > 0 && startsBefore(member.phases(), phase)) {
                earlier.add(candidate);
            }
        }
        PhasePlan plan = new PhasePlan(config, phase, own, earlier);
        if (plan.own() == 0) {
            throw new IllegalStateException("Phase " + settings.name() + " has " + own.size()
                    + " prompts in its range of lengths, but its filter passes none of them: "
                    + settings.prompts().filter() + "; change the filter or publish prompts for it");
        }
        LOG.info(
                "Phase {} begins with {} prompts of its own and {} of earlier phases that may be drawn again",
                settings.name(),
                plan.own(),
                plan.earlier());
        plans.put(phase, plan);
        return plan;
    }

    private static boolean startsBefore(BitSet phases, int phase) {
        int first = phases.nextSetBit(0);
        return first >= 0 && first < phase;
    }

    private List<Member> members(CurriculumProgress progress) {
        if (members == null) {
            members = sorted(progress);
        }
        return members;
    }

    private List<Member> sorted(CurriculumProgress progress) {
        List<Member> found = new ArrayList<>();
        long[] perPhase = new long[config.phases().size()];
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        try (KeyValueIterator<Long, Prompt> all = prompts.range(0L, progress.expectedPrompts() - 1)) {
            while (all.hasNext()) {
                Question question = all.next().value.getQuestion();
                int tokens = config.inputLength().of(question);
                shortest = Math.min(shortest, tokens);
                longest = Math.max(longest, tokens);
                BitSet phases = new BitSet();
                for (int phase = 0; phase < perPhase.length; phase++) {
                    if (config.phases().get(phase).takes(tokens)) {
                        phases.set(phase);
                        perPhase[phase]++;
                    }
                }
                if (!phases.isEmpty()) {
                    found.add(new Member(question.getPromptId(), question.getTask(), phases));
                }
            }
        }
        for (int phase = 0; phase < perPhase.length; phase++) {
            Phase settings = config.phases().get(phase);
            if (perPhase[phase] == 0) {
                throw new IllegalStateException("Phase " + settings.name() + " uses prompts longer than "
                        + settings.longerThan() + " and up to " + settings.upTo() + " tokens, but none of the run's "
                        + progress.expectedPrompts() + " training prompts is: they have " + shortest + " to "
                        + longest + " tokens. Change the phase's range or publish prompts for it.");
            }
            LOG.info("Phase {} has {} prompts", settings.name(), perPhase[phase]);
        }
        LOG.info(
                "{} of {} training prompts fit no phase and are never assigned",
                progress.expectedPrompts() - found.size(),
                progress.expectedPrompts());
        return found;
    }
}
