package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.Group;
import dev.longstream.record.Prompt;
import dev.longstream.record.Step;
import dev.longstream.topology.Checked;
import dev.longstream.topology.Counter;
import dev.longstream.topology.Located;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.OptionalInt;

/** Notes what happened, then assigns prompts while there is room. One task does this for the run. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class AdmitPrompts extends ContextualProcessor<String, Located<SpecificRecord>, String, Checked<Assignment>> {
    /** Number of a training prompt, in the order of its topic, to the prompt. */
    static final String PROMPTS = "prompts";
    /** Prompt id to that number. */
    static final String NUMBERS = "prompt-numbers";
    /** Ordinals of groups that were rejected, to their phase. */
    static final String REJECTED = "rejected-ordinals";
    /** See {@link ProgressStore}. */
    static final String PROGRESS = "progress";

    private static final String TRAIN = "train";
    private static final Logger LOG = LoggerFactory.getLogger(AdmitPrompts.class);

    private final CurriculumConfig config;
    private final String configDigest;
    private PromptPool pool;
    private ProgressStore progress;
    private KeyValueStore<Long, Long> rejected;
    private Counter duplicates;

    AdmitPrompts(CurriculumConfig config, String configDigest) {
        this.config = config;
        this.configDigest = configDigest;
    }

    @Override
    public void init(ProcessorContext<String, Checked<Assignment>> context) {
        super.init(context);
        pool = new PromptPool(config, context.getStateStore(PROMPTS), context.getStateStore(NUMBERS));
        progress = new ProgressStore(context.getStateStore(PROGRESS), config);
        rejected = context.getStateStore(REJECTED);
        duplicates = new Counter(context, "duplicates");
    }

    @Override
    public void process(Record<String, Located<SpecificRecord>> record) {
        Located<SpecificRecord> located = record.value();
        String problem = note(located.value());
        if (problem != null) {
            context().forward(record.withValue(Checked.refuse(located.refusal(problem))));
        }
        admit(record);
    }

    /** @return why the record means nothing here; null: it was noted */
    private @Nullable String note(SpecificRecord happened) {
        if (happened instanceof Prompt prompt) {
            return notePrompt(prompt);
        }
        if (happened instanceof Control control) {
            return obey(control);
        }
        if (happened instanceof Step step) {
            progress.put(progress.get().reached(step.getVersion()));
            return null;
        }
        if (happened instanceof Group group) {
            return noteRejection(group);
        }
        throw new IllegalArgumentException(
                "The curriculum reads no " + happened.getSchema().getName());
    }

    private @Nullable String notePrompt(Prompt prompt) {
        if (!prompt.getSplit().equals(TRAIN)) {
            return null;
        }
        Progress before = progress.get();
        if (!pool.add(prompt, before.prompts())) {
            duplicates.add();
            return null;
        }
        if (before.expectedPrompts() > 0 && before.prompts() >= before.expectedPrompts()) {
            LOG.warn(
                    "Prompt {} is not assigned: the run was started with {} training prompts and has them",
                    prompt.getQuestion().getPromptId(),
                    before.expectedPrompts());
        }
        progress.put(before.oneMorePrompt());
        return null;
    }

    private @Nullable String obey(Control control) {
        String problem = Commands.problem(control);
        if (problem != null) {
            return problem;
        }
        if (control.getConfigDigest() != null && !control.getConfigDigest().equals(configDigest)) {
            LOG.warn(
                    "{} was sent under configuration {}, this curriculum runs under {}",
                    control.getCommand(),
                    control.getConfigDigest(),
                    configDigest);
        }
        Commands done = Commands.obey(control, progress.get(), config);
        LOG.info("{} by {} ({}): {}", control.getCommand(), control.getWho(), control.getWhy(), done.said());
        progress.put(done.after());
        return null;
    }

    private @Nullable String noteRejection(Group group) {
        int phase = group.getPhaseIndex();
        if (phase < 0 || phase >= config.phases().size()) {
            return "phase-index is " + phase + ", expected 0 to "
                    + (config.phases().size() - 1);
        }
        long assigned = progress.get().totalAssigned();
        if (group.getOrdinal() < 0 || group.getOrdinal() >= assigned) {
            return "ordinal is " + group.getOrdinal() + ", but only 0 to " + (assigned - 1) + " were assigned";
        }
        if (rejected.putIfAbsent(group.getOrdinal(), (long) phase) != null) {
            duplicates.add();
            return null;
        }
        progress.put(progress.get().oneMoreRejected(phase));
        return null;
    }

    private void admit(Record<String, Located<SpecificRecord>> cause) {
        Progress now = progress.get();
        for (OptionalInt phase = Admission.next(now, config); phase.isPresent(); phase = Admission.next(now, config)) {
            int index = phase.getAsInt();
            Prompt prompt = pool.get(index, now.assigned().get(index), now);
            Assignment assignment = Assign.of(prompt, index, now, config, cause.timestamp());
            context().forward(cause.withKey(assignment.getGroupId()).withValue(Checked.accept(assignment)));
            now = now.oneMoreAssigned(index);
        }
        progress.put(now);
    }
}
