package dev.longstream.runs.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.files.AtomicFile;
import dev.longstream.files.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Names a process to Prometheus: a file in {@code RUN/metrics} for {@code file_sd_configs}, which is there while the process serves. Its
 * name is host and port, so that a process takes over the file of a killed one with the same address.
 */
final class TargetFile implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(TargetFile.class);

    private final Path file;

    private TargetFile(Path file) {
        this.file = file;
    }

    /** One entry of the file, in Prometheus' form. */
    private record Target(List<String> targets, TargetLabels labels) {}

    /**
     * Labels that Prometheus adds to every metric of a process.
     *
     * @param run name of the run
     * @param role role of the process, or the command that has all roles in one
     */
    record TargetLabels(String run, String role) {}

    /**
     * Writes the file.
     *
     * @param run folder of the run
     * @param host name or address that the process listens on
     * @param port port that it listens on
     */
    static TargetFile write(Path run, String host, int port, TargetLabels labels) {
        String name = localName();
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        String reached = everywhere ? name : host;
        Path folder = run.resolve("metrics");
        TargetFile target = new TargetFile(folder.resolve(name + "-" + port + ".json"));
        try {
            PrivateFiles.createFolders(folder);
            String address = (reached.contains(":") ? "[" + reached + "]" : reached) + ":" + port;
            AtomicFile.replace(target.file, JSON.writeValueAsString(List.of(new Target(List.of(address), labels))));
        } catch (IOException | UncheckedIOException e) { // the process works without it
            LOG.warn("{} cannot be written: {}", target.file, e.toString());
        }
        return target;
    }

    private static String localName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", file, e.toString());
        }
    }
}
