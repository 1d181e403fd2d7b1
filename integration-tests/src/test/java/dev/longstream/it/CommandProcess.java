package dev.longstream.it;

import dev.longstream.cli.Longstream;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code longstream} in a process of its own, which can be interrupted and killed. */
public final class CommandProcess implements AutoCloseable {
    /** Time after which a command counts as hanging. A busy machine may need minutes for what takes seconds otherwise. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Process process;
    private final Path output;
    private final Path errors;

    private CommandProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /**
     * Starts a command in a process of its own.
     *
     * @param folder folder for the files with the command's output
     */
    static CommandProcess start(Path folder, List<String> arguments) throws IOException {
        return start(folder, List.of(), arguments);
    }

    /**
     * Starts a command in a process of its own, with further options of Java.
     *
     * @param folder folder for the files with the command's output
     * @param javaOptions further options of Java
     */
    static CommandProcess start(Path folder, List<String> javaOptions, List<String> arguments) throws IOException {
        return start(folder, null, javaOptions, arguments);
    }

    /**
     * Starts a command whose relative paths begin at a folder.
     *
     * @param folder working folder of the command, and folder for the files with its output
     */
    static CommandProcess startIn(Path folder, List<String> arguments) throws IOException {
        return start(folder, folder, List.of(), arguments);
    }

    private static CommandProcess start(
            Path folder, @Nullable Path workingFolder, List<String> javaOptions, List<String> arguments)
            throws IOException {
        Files.createDirectories(folder);
        Path output = Files.createTempFile(folder, "command", ".out");
        Path errors = Files.createTempFile(folder, "command", ".err");
        List<String> command = java(javaOptions, Longstream.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(workingFolder == null ? null : workingFolder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        return new CommandProcess(process, output, errors);
    }

    /**
     * Returns the command that starts a main class with this process's class path; its arguments can be added.
     *
     * @param javaOptions further options of Java
     * @param main name of the class
     */
    public static List<String> java(List<String> javaOptions, String main) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.longstream.record",
                "-Dai.djl.offline=true",
                "-Dai.djl.default_engine=PyTorch",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.graph_optimizer=false",
                "--add-opens",
                "java.base/java.nio=ALL-UNNAMED"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        return command;
    }

    boolean running() {
        return process.isAlive();
    }

    /** Starts a command and returns it as soon as a file or folder exists. */
    static CommandProcess startUntil(Path awaited, Path folder, List<String> command) throws Exception {
        CommandProcess process = start(folder, command);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(awaited)) {
            if (!process.running() || System.nanoTime() > deadline) {
                process.close();
                throw new AssertionError(awaited + " is not there; " + process.errors());
            }
            Thread.sleep(20);
        }
        return process;
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM: what Ctrl-C does, but heard also where a build runs in the background and its children ignore SIGINT. */
    void terminate() {
        process.destroy();
    }

    /** Its exit status, when it has ended. */
    int exit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("The command did not end within " + PATIENCE + ": " + errors());
        }
        return process.exitValue();
    }

    String output() {
        return read(output);
    }

    String errors() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
