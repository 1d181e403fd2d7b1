package dev.longstream.dashboard.trace;

import dev.longstream.dashboard.follow.RunFacts;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.runs.config.ModelFolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Tokenizer of a run's policy, from the newest checkpoint on this host, or from the initial policy. Thread-safe. */
final class RunTokenizer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunTokenizer.class);
    private static final String FILE = "tokenizer.json";

    private final Path folder;
    private final RunFacts facts;
    private @Nullable Tokenizer open;

    /**
     * Creates a tokenizer that is opened when it is needed.
     *
     * @param folder folder of the run, which need not exist
     */
    RunTokenizer(Path folder, RunFacts facts) {
        this.folder = folder;
        this.facts = facts;
    }

    /** Returns the tokenizer; empty if this host has no model folder of the run. */
    synchronized Optional<Tokenizer> get() {
        if (open == null) {
            try {
                open = Tokenizer.open(file());
            } catch (RuntimeException | IOException | LinkageError e) { // tokens are shown as ids then
                LOG.info("The tokenizer of run {} cannot be opened: {}", facts.name(), e.toString());
            }
        }
        return Optional.ofNullable(open);
    }

    private Path file() throws IOException {
        Path checkpoints = folder.resolve("checkpoints");
        if (Files.isDirectory(checkpoints)) {
            try (Stream<Path> steps = Files.list(checkpoints)) {
                Optional<Path> newest = steps.map(step -> step.resolve("model").resolve(FILE))
                        .filter(Files::exists)
                        .max(Path::compareTo);
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        }
        return ModelFolder.of(facts.config()).resolve(FILE);
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
        }
    }
}
