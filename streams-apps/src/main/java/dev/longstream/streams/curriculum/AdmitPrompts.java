package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.Prompt;
import dev.longstream.record.Step;
import dev.longstream.streams.topology.Checked;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StoreFormat;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Records what happened in the run, then assigns prompts while there is room. A single task does this for the run. If stores
 * were lost, the assignments on the log count as they are and are not made again.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class AdmitPrompts extends ContextualProcessor<String, Located<SpecificRecord>, String, Checked<SpecificRecord>> {
    /** Store of training prompts by their number in the order of the topic. */
    static final String PROMPTS = "prompts";
    /** Store of prompt numbers by prompt id. */
    static final String NUMBERS = "prompt-numbers";
    /** Store of rejected groups: ordinal to phase, from the ordinal on up to which the log is pruned. */
    static final String REJECTED = "rejected-ordinals";
    /** Store of the run's progress, see {@link ProgressStore}. */
    static final String PROGRESS = "progress";

    /** Store of mean rewards, see {@link KnownDifficulties}. */
    static final String DIFFICULTIES = "known-difficulties";
    /** Store of mean rewards as they were when a phase began. */
    static final String FROZEN = "frozen-difficulties";

    /** Version of the format of all these stores. */
    private static final int FORMAT = 1;

    private static final String TRAIN = "train";
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(AdmitPrompts.class);

    private final CurriculumConfig config;
    private final String run;
    private final String configDigest;
    private final WrittenDecisions written;
    private Map<Long, Integer> assignedBefore = Map.of();
    private long writtenAssignments;
    private Set<String> endedBefore = Set.of();
    private Set<String> measuredBefore = Set.of();
    private PromptPool pool;
    private KnownDifficulties difficulties;
    private ProgressStore progress;
    private PhaseRewards rewards;
    private KeyValueStore<Long, Long> rejected;
    private StoreFormat format;
    private Counter duplicates;
    private boolean ended;

    /** Creates the processor; {@code run} is the run's name. */
    AdmitPrompts(CurriculumConfig config, String run, String configDigest, WrittenDecisions written) {
        this.config = config;
        this.run = run;
        this.configDigest = configDigest;
        this.written = written;
    }

    @Override
    public void init(ProcessorContext<String, Checked<SpecificRecord>> context) {
        super.init(context);
        format = StoreFormat.check(CurriculumTopology.STAGE, context.getStateStore(PROGRESS), FORMAT);
        difficulties = new KnownDifficulties(
                context.getStateStore(DIFFICULTIES), context.getStateStore(FROZEN), context.getStateStore(PROGRESS));
        pool = new PromptPool(config, context.getStateStore(PROMPTS), context.getStateStore(NUMBERS), difficulties);
        progress = new ProgressStore(context.getStateStore(PROGRESS), config);
        rejected = context.getStateStore(REJECTED);
        duplicates = new Counter(context, "duplicates");
        assignedBefore = written.assignedFrom(progress.get().totalAssigned());
        rewards = new PhaseRewards(context.getStateStore(PROGRESS), config, written.rewardsOf(assignedBefore.keySet()));
        if (!assignedBefore.isEmpty()) {
            writtenAssignments = Collections.max(assignedBefore.keySet()) + 1;
            endedBefore = written.phasesOf(Set.of(ControlCommand.ADVANCE, ControlCommand.STOP));
            measuredBefore = written.phasesOf(Set.of(ControlCommand.MEASURE));
            LOG.warn(
                    "The log has {} assignments that the state lacks; they are counted and not made again",
                    assignedBefore.size());
        }
        Cancellable unused = context.schedule(BETWEEN_CHECKS, PunctuationType.WALL_CLOCK_TIME, this::endRun);
    }

    @Override
    public void process(Record<String, Located<SpecificRecord>> record) {
        format.mark();
        Located<SpecificRecord> located = record.value();
        String problem = note(located);
        if (problem != null) {
            context().forward(record.withValue(Checked.refuse(located.refusal(problem))));
        }
        if (located.value() instanceof Evaluation evaluation) {
            endPhase(record, evaluation);
        }
        askForDifficulties(record);
        admit(record);
    }

    /** Records one input; returns why it is not valid, or null if it was recorded. */
    private @Nullable String note(Located<SpecificRecord> located) {
        SpecificRecord happened = located.value();
        if (happened instanceof Prompt prompt) {
            return notePrompt(prompt);
        }
        if (happened instanceof Control control) {
            return apply(control, located.offset());
        }
        if (happened instanceof Step step) {
            noteStep(step);
            return null;
        }
        if (happened instanceof Group group) {
            return noteRejection(group);
        }
        if (happened instanceof Difficulty difficulty) {
            difficulties.note(difficulty, located.offset());
            return null;
        }
        if (happened instanceof Evaluation) {
            return null;
        }
        throw new IllegalArgumentException(
                "The curriculum received a " + happened.getSchema().getName() + ", which is not one of its inputs");
    }

    private void noteStep(Step step) {
        CurriculumProgress before = progress.get();
        if (step.getVersion() > before.version()) {
            progress.put(before.reached(step.getVersion()).generated(step.getCompletionTokens()));
        }
    }

    /** Returns whether the stage keeps a prompt: it leaves out those of held-out questions. */
    static boolean isTrained(Prompt prompt) {
        return prompt.getSplit().equals(TRAIN);
    }

    private @Nullable String notePrompt(Prompt prompt) {
        if (!isTrained(prompt)) {
            return null;
        }
        CurriculumProgress before = progress.get();
        if (!pool.add(prompt, before.prompts())) {
            duplicates.add();
            return null;
        }
        if (before.expectedPrompts() > 0 && before.prompts() >= before.expectedPrompts()) {
            LOG.warn(
                    "Prompt {} is not assigned: the run was started with {} training prompts and has read them all",
                    prompt.getQuestion().getPromptId(),
                    before.expectedPrompts());
        }
        progress.put(before.oneMorePrompt());
        return null;
    }

    private @Nullable String apply(Control control, long offset) {
        if (!progress.obeyOnce(offset)) {
            LOG.warn(
                    "{} at offset {} of control had its effect before, so it is ignored: this stage reads its inputs again",
                    control.getCommand(),
                    offset);
            duplicates.add();
            return null;
        }
        String problem = control.getCommand() == ControlCommand.PROMOTE
                ? rewards.promote(control, offset, progress.get())
                : CommandResult.problem(control, config);
        if (problem != null) {
            LOG.warn("{} by {} has no effect: {}", control.getCommand(), control.getWho(), problem);
            return problem;
        }
        if (control.getConfigDigest() != null && !control.getConfigDigest().equals(configDigest)) {
            LOG.warn(
                    "{} was sent under configuration {}, this curriculum runs under {}",
                    control.getCommand(),
                    control.getConfigDigest(),
                    configDigest);
        }
        if (control.getFork() != null && progress.get().mode() == CurriculumProgress.Mode.WAITING) {
            rewards.begin(control.getFork(), offset);
        }
        CommandResult done = CommandResult.apply(control, progress.get(), config);
        LOG.info("{} by {} ({}): {}", control.getCommand(), control.getWho(), control.getWhy(), done.description());
        progress.put(done.after());
        if (control.getPruned() != null) {
            forgetThrough(control.getPruned().getOrdinal());
        }
        return null;
    }

    /** Forgets the rejected groups up to an ordinal, all of which this stage has read. */
    private void forgetThrough(long ordinal) {
        progress.finish(ordinal);
        List<Long> finished = new ArrayList<>();
        try (KeyValueIterator<Long, Long> all = rejected.range(0L, ordinal)) {
            all.forEachRemaining(entry -> finished.add(entry.key));
        }
        finished.forEach(rejected::delete);
    }

    private @Nullable String noteRejection(Group group) {
        int phase = group.getPhaseIndex();
        if (phase < 0 || phase >= config.phases().size()) {
            return "phase-index is " + phase + ", expected 0 to "
                    + (config.phases().size() - 1);
        }
        long assigned = Math.max(progress.get().totalAssigned(), writtenAssignments);
        if (group.getOrdinal() < 0 || group.getOrdinal() >= assigned) {
            return "ordinal is " + group.getOrdinal() + ", but only 0 to " + (assigned - 1) + " were assigned";
        }
        if (group.getOrdinal() <= progress.finishedOrdinal()
                || rejected.putIfAbsent(group.getOrdinal(), (long) phase) != null) {
            duplicates.add();
            return null;
        }
        long tokens = group.getMembers().stream()
                .mapToLong(GroupMember::getCompletionTokens)
                .sum();
        progress.put(progress.get().oneMoreRejected(phase).generated(tokens));
        return null;
    }

    /**
     * Writes to {@code control} that a phase has reached its target reward; the command is then read like any other.
     */
    private void endPhase(Record<String, Located<SpecificRecord>> cause, Evaluation evaluation) {
        CommandResult.ending(evaluation, progress.get(), config).ifPresent(ending -> announce(cause, ending));
    }

    /** Writes MEASURE to {@code control} for every phase that has ended and wants its difficulties measured. */
    private void askForDifficulties(Record<String, Located<SpecificRecord>> cause) {
        CurriculumProgress now = progress.get();
        if (!now.ready()) {
            return;
        }
        for (Phase phase : pool.takeUnmeasured(now)) {
            if (measuredBefore.contains(phase.name())) {
                continue; // the command is on the log
            }
            write(
                    cause,
                    command(
                                    cause.timestamp(),
                                    ControlCommand.MEASURE,
                                    phase.name(),
                                    "phase " + phase.name() + " has ended")
                            .setVersion(now.ends().get(config.phases().indexOf(phase)))
                            .build());
        }
    }

    private void announce(Record<String, Located<SpecificRecord>> cause, CommandResult.Ending ending) {
        if (endedBefore.contains(ending.phase())) {
            return; // the command is on the log
        }
        ControlCommand command = ending.last() ? ControlCommand.STOP : ControlCommand.ADVANCE;
        write(
                cause,
                command(cause.timestamp(), command, ending.phase(), ending.why())
                        .build());
    }

    /** Writes to {@code control}, once, that the run was stopped and no step can follow, so that every role ends. */
    private void endRun(long timestamp) {
        long assigned = Math.max(progress.get().totalAssigned(), writtenAssignments);
        if (ended || !Admission.isOver(assigned, progress.get(), config)) {
            return;
        }
        ended = true;
        if (!written.ended()) {
            String why = "the run was stopped, and no further batch can be filled";
            Control note = command(timestamp, ControlCommand.ENDED, null, why)
                    .setVersion(progress.get().version())
                    .build();
            context().forward(new Record<>(run, Checked.accept(note), timestamp));
        }
    }

    private Control.Builder command(long timestamp, ControlCommand command, @Nullable String phase, String why) {
        return Control.newBuilder()
                .setCommand(command)
                .setWho(CurriculumTopology.STAGE)
                .setWhy(why)
                .setAt(Instant.ofEpochMilli(timestamp))
                .setConfigDigest(configDigest)
                .setPhase(phase);
    }

    private void write(Record<String, Located<SpecificRecord>> cause, Control command) {
        context().forward(cause.withKey(run).withValue(Checked.accept(command)));
    }

    private void admit(Record<String, Located<SpecificRecord>> cause) {
        CurriculumProgress now = progress.get();
        for (OptionalInt phase = Admission.next(now, config); phase.isPresent(); phase = Admission.next(now, config)) {
            Integer before = assignedBefore.get(now.totalAssigned());
            if (before != null) {
                now = now.oneMoreAssigned(before);
                continue;
            }
            int index = phase.getAsInt();
            Budget.Spent spent = Budget.spent(index, now, config).orElse(null);
            if (spent != null) {
                LOG.info("{}", spent.ending().why());
                announce(cause, spent.ending());
                now = spent.after();
                continue;
            }
            if (!pool.isReady(index, now)) {
                break;
            }
            PromptPool.DrawnPrompt drawn = pool.get(index, now.assigned().get(index), now);
            Assignment assignment = Assign.of(drawn, index, now, config, cause.timestamp());
            assignment.setPromoted(rewards.of(index));
            context().forward(cause.withKey(assignment.getGroupId()).withValue(Checked.accept(assignment)));
            now = now.oneMoreAssigned(index);
        }
        progress.put(now);
    }
}
