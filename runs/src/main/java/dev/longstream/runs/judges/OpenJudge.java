package dev.longstream.runs.judges;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.failure.WrongUseException;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.preparation.ModelFolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A judge within reach: the server the configuration names, or one of its folder, in this process for as long as this is open. */
public final class OpenJudge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJudge.class);
    private static final int MEBIBYTE_BITS = 20;

    private final JudgeEndpoint endpoint;
    private final @Nullable PolicyServer served;

    private OpenJudge(JudgeEndpoint endpoint, @Nullable PolicyServer served) {
        this.endpoint = endpoint;
        this.served = served;
    }

    /**
     * @param environment holds the server's key
     * @throws WrongUseException if no judge is configured, or the variable with its key is not set
     * @throws dev.longstream.failure.UnusableInputException if the folder of the judge is missing
     */
    public static OpenJudge open(JudgeSection judge, Map<String, String> environment) {
        if (judge.folder() != null) {
            PolicyServer server =
                    PolicyServer.start(ModelFolder.of(judge.folder()), serving(judge), line -> LOG.info("{}", line));
            return new OpenJudge(new JudgeEndpoint(server.url(), judge.name(), null), server);
        }
        if (judge.url() == null) {
            throw new WrongUseException("There is no judge: judge.url or judge.folder says where one is");
        }
        return new OpenJudge(
                new JudgeEndpoint(URI.create(judge.url()), judge.name(), key(judge, environment), judge.contract()),
                null);
    }

    /** Nothing waits longer than the worker does, and nothing is turned away that the worker may ask. */
    private static ServingConfig serving(JudgeSection judge) {
        int atOnce = judge.worker().inFlight();
        SamplerLimits limits = new SamplerLimits(
                atOnce, SamplerLimits.DEFAULT.chunkTokens(), (long) judge.cacheMebibytes() << MEBIBYTE_BITS);
        return new ServingConfig(
                "127.0.0.1", 0, judge.name(), limits, 2 * atOnce, judge.worker().timeout());
    }

    private static @Nullable String key(JudgeSection judge, Map<String, String> environment) {
        String variable = judge.apiKeyVariable();
        String key = variable == null ? null : environment.get(variable);
        if (variable != null && (key == null || key.isBlank())) {
            throw new WrongUseException(
                    "judge.api-key-variable names " + variable + ", which is not set in this process's environment");
        }
        return key;
    }

    public JudgeEndpoint endpoint() {
        return endpoint;
    }

    /** Why a judge of this process answers no more; empty: it does, or is elsewhere. */
    public Optional<Throwable> failure() {
        return served == null ? Optional.empty() : served.failure();
    }

    @Override
    public void close() {
        if (served != null) {
            served.close();
        }
    }
}
