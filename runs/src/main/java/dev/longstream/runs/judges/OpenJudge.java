package dev.longstream.runs.judges;

import dev.longstream.failure.WrongUseException;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.serving.OpenEndpoint;

import java.util.Map;
import java.util.Optional;

/** An open judge: the server that the configuration names, or a server in this process for its model folder. */
public final class OpenJudge implements AutoCloseable {
    private final JudgeEndpoint endpoint;
    private final OpenEndpoint open;

    private OpenJudge(JudgeEndpoint endpoint, OpenEndpoint open) {
        this.endpoint = endpoint;
        this.open = open;
    }

    /**
     * Opens the judge; starts a server if it is a model folder. The server accepts as many requests and waits as long as the
     * judge's worker does.
     *
     * @param judge configuration of the judge
     * @param environment environment variables, among them the server's API key
     * @throws WrongUseException if no judge is configured, or the variable with its key is not set
     * @throws dev.longstream.failure.UnusableInputException if the model folder of the judge is missing
     */
    public static OpenJudge open(JudgeSection judge, Map<String, String> environment) {
        OpenEndpoint open = OpenEndpoint.open(
                judge.endpoint(), judge.worker().inFlight(), judge.worker().timeout(), environment);
        return new OpenJudge(new JudgeEndpoint(open.url(), judge.name(), open.key(), judge.contract()), open);
    }

    /** Returns the address, model name and API key of the judge. */
    public JudgeEndpoint endpoint() {
        return endpoint;
    }

    /** Returns why the judge's server in this process has failed; empty if it works or the judge is elsewhere. */
    public Optional<Throwable> failure() {
        return open.failure();
    }

    @Override
    public void close() {
        open.close();
    }
}
