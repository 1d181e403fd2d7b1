package dev.longstream.runs.judges;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.failure.WrongUseException;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.JudgeSource;
import dev.longstream.runs.config.ModelFolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Optional;

/** An open judge: the server that the configuration names, or a server in this process for its model folder. */
public final class OpenJudge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJudge.class);
    private static final long MEBIBYTE = 1L << 20;

    private final JudgeEndpoint endpoint;
    private final @Nullable PolicyServer served;

    private OpenJudge(JudgeEndpoint endpoint, @Nullable PolicyServer served) {
        this.endpoint = endpoint;
        this.served = served;
    }

    /**
     * Opens the judge; starts a server if it is a model folder.
     *
     * @param judge configuration of the judge
     * @param environment environment variables, among them the server's API key
     * @throws WrongUseException if no judge is configured, or the variable with its key is not set
     * @throws dev.longstream.failure.UnusableInputException if the model folder of the judge is missing
     */
    public static OpenJudge open(JudgeSection judge, Map<String, String> environment) {
        JudgeSource source = judge.source()
                .orElseThrow(() -> new WrongUseException("No judge is configured: set judge.url or judge.folder"));
        if (source instanceof JudgeSource.Folder model) {
            PolicyServer server = PolicyServer.start(
                    ModelFolder.of(model.folder()), serving(judge, model), line -> LOG.info("{}", line));
            return new OpenJudge(new JudgeEndpoint(server.url(), judge.name(), null), server);
        }
        JudgeSource.Server server = (JudgeSource.Server) source;
        return new OpenJudge(
                new JudgeEndpoint(server.url(), judge.name(), key(server, environment), server.contract()), null);
    }

    /** Returns server settings that accept as many requests and wait as long as the judge's worker does. */
    private static ServingConfig serving(JudgeSection judge, JudgeSource.Folder model) {
        int inFlight = judge.worker().inFlight();
        SamplerLimits limits =
                new SamplerLimits(inFlight, SamplerLimits.DEFAULT.chunkTokens(), model.cacheMebibytes() * MEBIBYTE);
        return new ServingConfig(
                "127.0.0.1",
                0,
                judge.name(),
                limits,
                2 * inFlight,
                judge.worker().timeout());
    }

    private static @Nullable String key(JudgeSource.Server judge, Map<String, String> environment) {
        String variable = judge.apiKeyVariable();
        String key = variable == null ? null : environment.get(variable);
        if (variable != null && (key == null || key.isBlank())) {
            throw new WrongUseException(
                    "judge.api-key-variable names " + variable + ", which is not set in this process's environment");
        }
        return key;
    }

    /** Returns the address, model name and API key of the judge. */
    public JudgeEndpoint endpoint() {
        return endpoint;
    }

    /** Returns why the judge's server in this process has failed; empty if it works or the judge is elsewhere. */
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
