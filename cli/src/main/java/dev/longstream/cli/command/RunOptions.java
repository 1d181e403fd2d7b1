package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.folder.RunFolders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Command-line options that name a run and its configuration. Every command that works on a run has them. Flags win
 * over the environment, and the environment wins over the file.
 */
public final class RunOptions {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML configuration; what it leaves out has its default. See examples/.")
    @Nullable
    Path config;

    @Option(names = "--run", paramLabel = "NAME", description = "Name of the run, and prefix of its topics.")
    @Nullable
    String run;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Folder of runs: DIR/NAME is this run's, DIR/stack the broker's.")
    @Nullable
    Path dir;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything that is drawn by chance.")
    @Nullable
    Long seed;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Gradient steps in all; shared out to the phases in proportion to their own.")
    @Nullable
    Integer steps;

    @Option(names = "--model", paramLabel = "FOLDER", description = "Policy to begin with, in Hugging Face's layout.")
    @Nullable
    Path model;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of questions to train on, in any format that 'prompts import' knows.")
    @Nullable
    List<Path> prompts;

    @Option(
            names = "--held-out",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of questions that are asked but never trained on.")
    @Nullable
    List<Path> heldOut;

    @Option(
            names = "--demonstrations",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of questions whose right answers the warm-up imitates.")
    @Nullable
    List<Path> demonstrations;

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            description = "Port of the broker in this process; 0: any free one.")
    @Nullable
    Integer brokerPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            description = "Port of the schema registry in this process; 0: any free one.")
    @Nullable
    Integer registryPort;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Use this Kafka cluster; needs --registry.")
    @Nullable
    String bootstrap;

    @Option(names = "--registry", paramLabel = "URL", description = "Use this schema registry; needs --bootstrap.")
    @Nullable
    String registry;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Any configuration key, e.g. --set trainer.learning-rate=1e-4 --set phases[0].steps=20.")
    List<String> assignments = List.of();

    /**
     * Takes the name of the run from an argument of the command; null: the argument was not given.
     *
     * @throws WrongUseException if {@code --run} names a run as well
     */
    void takeRun(@Nullable String argument) {
        if (argument == null) {
            return;
        }
        if (run != null) {
            throw new WrongUseException("The run is named twice, by RUN and by --run");
        }
        run = argument;
    }

    /** Loads the configuration. Every input file that it needs must be named. */
    ResolvedConfig load() {
        return load(System.getenv());
    }

    ResolvedConfig load(Map<String, String> environment) {
        return loader(environment).load();
    }

    /**
     * Loads the configuration of a run that was started before.
     *
     * <p>Without a name in flags, environment or file it takes the run under way, or else the newest run, and prints to
     * {@code err} which one. Without {@code --config} it reads the configuration that the run was started with.
     */
    ResolvedConfig loadStarted(PrintWriter err) {
        return loadStarted(System.getenv(), err);
    }

    ResolvedConfig loadStarted(Map<String, String> environment, PrintWriter err) {
        chooseStarted(loader(environment), err);
        return load(environment);
    }

    /**
     * Loads the configuration of a command that reads held-out questions only. Files of demonstrations and training
     * questions may be missing.
     */
    ResolvedConfig loadForHeldOut() {
        return heldOutLoader().load();
    }

    /** Loads the configuration of a run like {@link #loadStarted}, for a command that reads held-out questions only. */
    ResolvedConfig loadStartedForHeldOut(PrintWriter err) {
        chooseStarted(heldOutLoader(), err);
        return loadForHeldOut();
    }

    private ConfigurationLoader heldOutLoader() {
        ConfigurationLoader loader = loader(System.getenv()).withoutUnnamedDemonstrations();
        if (heldOut != null && loader.takesSectionFiles("prompts.train")) {
            sectionFiles(
                    loader, "prompts", "train", heldOut); // nobody reads them, and without files they would be refused
        }
        return loader;
    }

    private void chooseStarted(ConfigurationLoader loader, PrintWriter err) {
        RunConfig given = loader.load().config();
        String name = given.run();
        if (!loader.isGiven("run")) {
            Optional<RunFolders.LatestRun> latest = RunFolders.latest(given.dir());
            if (latest.isPresent()) {
                name = latest.get().name();
                run = name;
                err.println("Run " + name + ", " + (latest.get().underWay() ? "under way" : "the newest") + " in "
                        + given.dir() + "; --run names another");
            }
        }
        Path own = given.dir().resolve(name).resolve(RunFolder.CONFIG_FILE);
        if (config == null && Files.exists(own)) {
            config = own;
            dir = given.dir(); // the file may name the folder from where the run was started
        }
    }

    private ConfigurationLoader loader(Map<String, String> environment) {
        ConfigurationLoader loader = new ConfigurationLoader().file(config).environment(environment);
        assignments.forEach(loader::set);
        put(loader, "run", run);
        put(loader, "dir", dir == null ? null : dir.toString());
        put(loader, "model.folder", model == null ? null : model.toString());
        put(loader, "log.bootstrap", bootstrap);
        put(loader, "log.registry", registry);
        sectionFiles(loader, "prompts", "train", prompts);
        sectionFiles(loader, "demonstrations", "sources", demonstrations);
        if (heldOut != null) {
            loader.put("prompts.held-out", NODES.arrayNode().add(files(heldOut)));
        }
        if (seed != null) {
            loader.put("seed", NODES.numberNode(seed));
        }
        put(loader, "steps", steps);
        put(loader, "log.broker-port", brokerPort);
        put(loader, "log.registry-port", registryPort);
        return loader;
    }

    private static void put(ConfigurationLoader loader, String path, @Nullable String value) {
        if (value != null) {
            loader.put(path, NODES.textNode(value));
        }
    }

    private static void put(ConfigurationLoader loader, String path, @Nullable Integer value) {
        if (value != null) {
            loader.put(path, NODES.numberNode(value));
        }
    }

    /**
     * Sets the files of a section. If no source of the configuration reads the section's files, one source that reads
     * all of them replaces the configured sources.
     */
    private static void sectionFiles(
            ConfigurationLoader loader, String section, String sources, @Nullable List<Path> files) {
        if (files == null) {
            return;
        }
        loader.put(section + ".files", files(files).get("files"));
        if (!loader.takesSectionFiles(section + "." + sources)) {
            loader.put(section + "." + sources, NODES.arrayNode().add(NODES.objectNode()));
        }
    }

    private static ObjectNode files(List<Path> files) {
        ObjectNode source = NODES.objectNode();
        files.forEach(file -> source.withArray("files").add(file.toString()));
        return source;
    }
}
