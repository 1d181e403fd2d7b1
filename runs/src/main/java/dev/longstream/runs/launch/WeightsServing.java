package dev.longstream.runs.launch;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Evaluation;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.WeightsSection;
import dev.longstream.runs.process.Interruption;
import dev.longstream.trainer.serving.VersionServer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Serves a run's policy versions to other hosts while the trainer works, and until the last version is evaluated. */
final class WeightsServing implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final @Nullable VersionServer server;

    private WeightsServing(@Nullable VersionServer server) {
        this.server = server;
    }

    /**
     * Starts the server if {@code weights.serve} is set.
     *
     * @param environment environment variables, among them the key
     * @param say receives messages for the user
     * @throws WrongUseException if the address cannot be used or the key is not set
     */
    static WeightsServing start(RunConfig config, Map<String, String> environment, Consumer<String> say) {
        Optional<WeightsSection.Listen> listen = config.weights().listen();
        if (listen.isEmpty()) {
            return new WeightsServing(null);
        }
        String host = listen.get().host();
        int port = listen.get().port();
        try {
            VersionServer server = VersionServer.start(
                    host,
                    port,
                    config.folder().toAbsolutePath(),
                    config.weights().key(environment));
            say.accept("Policy versions are served on " + host + ":" + server.port());
            return new WeightsServing(server);
        } catch (IOException e) {
            throw new WrongUseException(
                    "weights.serve is " + host + ":" + port + ", which cannot be listened on: " + e.getMessage()
                            + "; choose a free port and an address of this host",
                    e);
        }
    }

    /** Waits until the newest version is evaluated, because the evaluation may be on a host that fetches it here. */
    void waitForLastEvaluation(EventLog log, Consumer<String> say, Interruption interruption) {
        if (server == null) {
            return;
        }
        long[] newest = {-1};
        TopicReader.readAll(
                log,
                log.topics().weights(),
                record -> newest[0] = Math.max(newest[0], record.value().getVersion()));
        long[] evaluated = {-1};
        try (TopicReader<Evaluation> evaluations =
                new TopicReader<>(log, log.topics().evaluations())) {
            boolean said = false;
            while (true) {
                evaluations.poll(
                        PATIENCE,
                        record -> evaluated[0] =
                                Math.max(evaluated[0], record.value().getVersion()));
                if (evaluated[0] >= newest[0]) {
                    return;
                }
                if (!said) {
                    say.accept("The last step is done; version " + newest[0] + " is served until it is evaluated");
                    said = true;
                }
                interruption.refuse();
            }
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
