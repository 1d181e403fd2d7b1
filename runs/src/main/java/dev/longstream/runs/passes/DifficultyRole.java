package dev.longstream.runs.passes;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.following.AnnouncedWeights;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Weights;
import dev.longstream.runs.config.RunConfig;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures difficulties when the curriculum asks for them on {@code control}: with the policy at the end of a phase, for the
 * phases after it. A pass that was interrupted continues with the questions that have no result yet.
 */
public final class DifficultyRole extends ThreadRole {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final RunConfig config;
    private final EventLog log;
    private final RunFiles files;
    private final Consumer<String> say;
    private final Map<Long, Weights> versions = new HashMap<>();

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
                TopicReader<Weights> weights =
                        new TopicReader<>(log, log.topics().weights())) {
            while (!stopping()) {
                Set<Control> asked = new HashSet<>();
                commands.poll(PATIENCE, record -> {
                    if (record.value().getCommand() == ControlCommand.MEASURE) {
                        asked.add(record.value());
                    }
                });
                for (Control command : asked) {
                    measure(command, weights);
                }
            }
        }
    }

    private void measure(Control command, TopicReader<Weights> weights) {
        MeasuredPrompts prompts = MeasuredPrompts.after(Objects.requireNonNull(command.getPhase()), config);
        if (isComplete(prompts.pass())) {
            return;
        }
        long version = Objects.requireNonNull(command.getVersion());
        Weights announced = announced(version, weights);
        if (announced == null) {
            return;
        }
        try (OpenWeights open =
                AnnouncedWeights.open(files, announced, this::stopping).orElse(null)) {
            if (open != null) {
                say.accept("Measuring difficulties with version " + version + ", as " + prompts.pass());
                int measured = new DifficultyPass(config, log, files, prompts, new Beats())
                        .run(open.folder(), version, this::stopping);
                say.accept(measured + " questions are measured as " + prompts.pass()
                        + (stopping() ? " so far; the pass continues at the next start" : ""));
            }
        }
    }

    private boolean isComplete(String pass) {
        Set<String> complete = new HashSet<>();
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            Difficulty difficulty = record.value();
            if (difficulty.getPromptId().isEmpty()) {
                complete.add(String.valueOf(difficulty.getScoredBy()));
            }
        });
        return complete.contains(pass);
    }

    /** Waits for the announcement of a version; null if the role is closed first. */
    private @Nullable Weights announced(long version, TopicReader<Weights> weights) {
        while (!stopping() && !versions.containsKey(version)) {
            weights.poll(PATIENCE, record -> versions.put(record.value().getVersion(), record.value()));
            long newest = versions.keySet().stream().max(Long::compare).orElse(-1L);
            if (newest > version && !versions.containsKey(version)) {
                weights.readToEnd(record -> versions.put(record.value().getVersion(), record.value()));
                if (!versions.containsKey(version)) {
                    throw new UnusableInputException("The difficulties are to be measured with version " + version
                            + ", which " + log.topics().weights().name()
                            + " does not announce, although it announces version " + newest
                            + ": measure them by hand with 'longstream difficulty'");
                }
            }
        }
        return versions.get(version);
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
