package dev.longstream.runs.preparation;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.evaluation.comparison.CandidatePolicy.ServerCandidate;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.TeacherSection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** An open teacher: the server that the configuration names, or a server in this process for its model folder. */
final class OpenTeacher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenTeacher.class);
    private static final long MEBIBYTE = 1L << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ServerCandidate candidate;
    private final @Nullable String key;
    private final @Nullable PolicyServer served;

    private OpenTeacher(ServerCandidate candidate, @Nullable String key, @Nullable PolicyServer served) {
        this.candidate = candidate;
        this.key = key;
        this.served = served;
    }

    /**
     * Opens the teacher; starts a server if it is a model folder.
     *
     * @param environment environment variables, among them the server's API key
     * @throws WrongUseException if the variable with the key is not set
     */
    static OpenTeacher open(TeacherSection teacher, Map<String, String> environment) {
        Path folder = teacher.folder();
        if (folder == null) {
            URI url = URI.create(Objects.requireNonNull(teacher.url()));
            return new OpenTeacher(
                    new ServerCandidate(teacher.name(), url, teacher.name()), key(teacher, environment), null);
        }
        SamplerLimits limits = new SamplerLimits(
                teacher.inFlight(), SamplerLimits.DEFAULT.chunkTokens(), teacher.cacheMebibytes() * MEBIBYTE);
        ServingConfig config =
                new ServingConfig("127.0.0.1", 0, teacher.name(), limits, 2 * teacher.inFlight(), PATIENCE);
        PolicyServer server = PolicyServer.start(ModelFolder.of(folder), config, line -> LOG.info("{}", line));
        return new OpenTeacher(new ServerCandidate(teacher.name(), server.url(), teacher.name()), null, server);
    }

    /**
     * Returns the API key of a teacher; null if none is sent.
     *
     * @throws WrongUseException if the variable with the key is not set
     */
    static @Nullable String key(TeacherSection teacher, Map<String, String> environment) {
        String variable = teacher.apiKeyVariable();
        String key = variable == null ? null : environment.get(variable);
        if (variable != null && (key == null || key.isBlank())) {
            throw new WrongUseException("demonstrations.teacher.api-key-variable names " + variable
                    + ", which is not set in this process's environment");
        }
        return key;
    }

    ServerCandidate candidate() {
        return candidate;
    }

    @Nullable
    String key() {
        return key;
    }

    @Override
    public void close() {
        if (served != null) {
            served.close();
        }
    }
}
