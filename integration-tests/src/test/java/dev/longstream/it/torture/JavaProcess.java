package dev.longstream.it.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a Java process of its own, which can be started many times and gets signals in between. */
final class JavaProcess implements AutoCloseable {
    private static final int TAIL_LINES = 6;

    private final String name;
    private final List<String> command;
    private final Path log;
    private Process process;
    private int starts;

    /**
     * Describes the process; {@link #start()} starts it.
     *
     * @param log file for everything that it prints
     */
    JavaProcess(String name, List<String> command, Path log) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
    }

    String name() {
        return name;
    }

    void start() throws IOException {
        starts++;
        Files.writeString(log, "===== start " + starts + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** Exit status of the process, which has ended; 128 and the signal's number if a signal ended it. */
    int exit() {
        return process.exitValue();
    }

    /** Waits for the end of the process; returns whether it came in time. */
    boolean awaitEnd(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** Sends a signal, such as {@code STOP}. */
    void signal(String signal) throws IOException, InterruptedException {
        execute("kill", "-" + signal, Long.toString(process.pid()));
    }

    /** Lets writes to files fail, or succeed again. */
    void limitFiles(boolean limited) throws IOException, InterruptedException {
        execute("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + (limited ? "0" : "unlimited") + ":");
    }

    private static void execute(String... words) throws IOException, InterruptedException {
        new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** The last lines that the process printed since its newest start. */
    String lastWords() throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        int from = Math.max(lines.lastIndexOf("===== start " + starts) + 1, lines.size() - TAIL_LINES);
        return String.join("\n", lines.subList(from, lines.size()));
    }

    @Override
    public void close() throws InterruptedException {
        if (alive()) {
            process.destroyForcibly().waitFor();
        }
    }
}
