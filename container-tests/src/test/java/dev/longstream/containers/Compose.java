package dev.longstream.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** docker-compose.yml of this project, under a project name of its own. */
final class Compose implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Path root;
    private final Path output;
    private final List<String> command;
    private final Map<String, String> variables;

    /**
     * Creates a Compose project.
     *
     * @param output folder for the output of the commands
     * @param variables environment variables of docker-compose.yml
     */
    Compose(String project, Path output, Map<String, String> variables) throws IOException, InterruptedException {
        this.root = Path.of(System.getProperty("longstream.root"));
        this.output = output;
        this.variables = variables;
        this.command = new ArrayList<>(base());
        command.addAll(List.of("--project-name", project));
    }

    /** The plugin of today's engines, or the program before it. */
    private static List<String> base() throws IOException, InterruptedException {
        try {
            Process plugin = new ProcessBuilder("docker", "compose", "version")
                    .redirectErrorStream(true)
                    .start();
            plugin.getInputStream().readAllBytes();
            return plugin.waitFor() == 0 ? List.of("docker", "compose") : List.of("docker-compose");
        } catch (IOException e) {
            return List.of("docker-compose");
        }
    }

    /** Runs a command that must succeed and returns its standard output. */
    String run(String... arguments) throws IOException, InterruptedException {
        Ended ended = execute(arguments);
        if (ended.code() != 0) {
            throw new AssertionError(
                    List.of(arguments) + " ended with " + ended.code() + ": " + ended.output() + ended.errors());
        }
        return ended.output();
    }

    /** Exit code and output of a command. */
    record Ended(int code, String output, String errors) {}

    /** Runs a command that may fail. */
    Ended execute(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        Path out = Files.createTempFile(output, "compose", ".out");
        Path err = Files.createTempFile(output, "compose", ".err");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(root.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(words + " did not end within " + PATIENCE + ": " + read(err));
        }
        return new Ended(process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    /** Containers, networks and volumes of the project are removed. */
    @Override
    public void close() throws IOException, InterruptedException {
        String[] down = {"down", "--volumes", "--remove-orphans", "--timeout", "5"};
        if (execute(down).code() != 0) { // a container that was just removing itself
            run(down);
        }
    }
}
