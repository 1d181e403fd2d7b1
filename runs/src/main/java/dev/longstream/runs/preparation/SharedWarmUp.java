package dev.longstream.runs.preparation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.files.JsonFile;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.progress.Progress;
import dev.longstream.record.Demonstration;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.supervised.SupervisedProgress;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Takes over the warm-up of another run if it is the same computation: the same model, settings and seed, and the same
 * demonstrations on the log. The runs of a study then warm up once.
 */
public final class SharedWarmUp {
    private static final String FILE = "warm-up-of.json";

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final EventLog log;
    private final Progress progress;

    /**
     * Run whose warm-up another run took over, the content of {@code warm-up-of.json} in the folder of the latter.
     *
     * @param run name of the run that did the warm-up
     * @param seconds wall time of its steps
     */
    public record WarmUpOrigin(String run, double seconds) {}

    /**
     * Creates the search for a run.
     *
     * @param log log of the run, which has its demonstrations
     */
    public SharedWarmUp(ResolvedConfig resolved, EventLog log, Progress progress) {
        this.resolved = resolved;
        this.config = resolved.config();
        this.log = log;
        this.progress = progress;
    }

    /** Returns where the warm-up of the run in a folder comes from; empty if the run did its own. */
    public static Optional<WarmUpOrigin> in(Path folder) {
        return JsonFile.read(folder.resolve(FILE), WarmUpOrigin.class);
    }

    /** Copies the finished warm-up of the first of these runs that did the same; does nothing if there is none. */
    public void takeFrom(List<RunConfig> others) {
        if (config.warmUp().steps() == 0) {
            return;
        }
        for (RunConfig other : others) {
            if (isSameComputation(other)) {
                Optional<Checkpoint> finished = finished(other);
                if (finished.isPresent() && demonstrations(other.run()).equals(demonstrations(config.run()))) {
                    take(other, finished.get());
                    return;
                }
            }
        }
    }

    private boolean isSameComputation(RunConfig other) {
        return other.warmUp().equals(config.warmUp())
                && other.seed() == config.seed()
                && ModelFolder.of(other).equals(ModelFolder.of(config))
                && other.model().computeType() == config.model().computeType()
                && other.trainer().memoryMebibytes() == config.trainer().memoryMebibytes()
                && Objects.equals(other.log().bootstrap(), config.log().bootstrap());
    }

    private Optional<Checkpoint> finished(RunConfig other) {
        try {
            return Optional.of(Checkpoints.read(folder(other), config.warmUp().steps()));
        } catch (CheckpointException e) { // it has not finished, or its files are damaged
            return Optional.empty();
        }
    }

    private static Path folder(RunConfig config) {
        return config.folder().toAbsolutePath().resolve("warm-up");
    }

    /** Returns the demonstrations of a run in the order in which the warm-up imitates them. */
    private List<Demonstration> demonstrations(String run) {
        EventLog of = log.ofRun(run);
        Map<String, Demonstration> newest = new LinkedHashMap<>();
        TopicReader.readAll(of, of.topics().demonstrations(), record -> {
            newest.remove(record.key());
            newest.put(record.key(), record.value());
        });
        return List.copyOf(newest.values());
    }

    private void take(RunConfig other, Checkpoint finished) {
        try (Checkpoints own =
                new Checkpoints(folder(config), resolved.digest(), Integer.MAX_VALUE, Set.of(), new DurableFiles())) {
            Checkpoint unused = own.adopt(finished, model -> JsonNodeFactory.instance.objectNode());
        }
        WarmUpFigures figures = new WarmUpFigures(config.folder());
        List<SupervisedProgress> steps = new WarmUpFigures(other.folder()).read();
        if (figures.read().isEmpty()) {
            steps.forEach(figures::add);
        }
        double seconds = steps.stream().mapToDouble(SupervisedProgress::seconds).sum();
        JsonFile.write(config.folder().toAbsolutePath().resolve(FILE), new WarmUpOrigin(other.run(), seconds));
        progress.say("Run " + config.run() + " begins with the warm-up of run " + other.run() + ", which is the same");
    }
}
