package dev.longstream.runs.passes;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.WeightsOpener;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.preparation.DifficultyPasses;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures difficulties when the curriculum asks for them on {@code control}, with the policy at the end of a phase, for the
 * phases after it. A pass that was interrupted continues with the questions that have no result yet.
 */
public final class DifficultyRole extends ThreadRole {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final RunConfig config;
    private final EventLog log;
    private final RunFiles files;
    private final Consumer<String> say;

    /**
     * Creates the role; {@code start} runs it.
     *
     * @param config configuration of the run
     * @param log log of the run
     * @param files weights and large documents of the run
     * @param say receives a message at the beginning and the end of a pass
     */
    public DifficultyRole(RunConfig config, EventLog log, RunFiles files, Consumer<String> say) {
        super("difficulty", "difficulty");
        this.config = config;
        this.log = log;
        this.files = files;
        this.say = say;
    }

    @Override
    protected void work() {
        try (TopicReader<Control> commands = new TopicReader<>(log, log.topics().control());
                WeightsOpener opener = new WeightsOpener(log, files)) {
            while (!stopping()) {
                Set<Control> asked = new HashSet<>();
                commands.poll(PATIENCE, record -> {
                    if (record.value().getCommand() == ControlCommand.MEASURE) {
                        asked.add(record.value());
                    }
                });
                for (Control command : asked) {
                    measure(command, opener);
                }
            }
        }
    }

    private void measure(Control command, WeightsOpener opener) {
        MeasuredPrompts prompts = MeasuredPrompts.after(Objects.requireNonNull(command.getPhase()), config);
        if (DifficultyPasses.complete(log).contains(prompts.pass())) {
            return;
        }
        long version = Objects.requireNonNull(command.getVersion());
        try (@Nullable OpenWeights open = open(version, opener)) {
            if (open != null) {
                say.accept("Measuring difficulties with version " + version + ", as " + prompts.pass());
                int measured = new DifficultyPass(config, log, files, prompts, new Beats())
                        .run(open.folder(), version, this::stopping);
                say.accept(measured + " questions are measured as " + prompts.pass()
                        + (stopping() ? " so far; the pass continues at the next start" : ""));
            }
        }
    }

    /** Waits for a version and opens it; null if the role is closed first. */
    private @Nullable OpenWeights open(long version, WeightsOpener opener) {
        while (!stopping()) {
            Optional<OpenWeights> open = opener.exactly(version, PATIENCE);
            if (open.isPresent()) {
                return open.get();
            }
        }
        return null;
    }

    /** Counts answers as work, so that a long pass is no standstill. */
    private final class Beats implements Progress {
        @Override
        public void begin(String part, long steps) {
            beat();
        }

        @Override
        public void at(long step, String words) {
            beat();
        }

        @Override
        public void say(String words) {}

        @Override
        public void close() {}
    }
}
