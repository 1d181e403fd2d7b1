package dev.longstream.trainer.remote;

import dev.longstream.failure.UnreachableException;
import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.learner.Scorer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.OptionalInt;

/** A model in a learner process. It is lost with the session in which it was opened. */
final class RemoteModel implements Scorer {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteModel.class);

    private final LearnerConnection connection;
    private final String session;
    private final int number;
    private boolean closed;

    /**
     * Creates the view of a model that was opened.
     *
     * @param number the learner's name for it
     */
    RemoteModel(LearnerConnection connection, String session, int number) {
        this.connection = connection;
        this.session = session;
        this.number = number;
    }

    @Override
    public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
        return scores("score", prompts, temperature);
    }

    /** Returns the learner's name for the model; empty if it was closed, or lost with its session. */
    OptionalInt number() {
        return !closed && connection.isOpen(session) ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** Makes a call with a micro-batch that returns scores. */
    AnswerScores scores(String call, List<PromptAnswers> prompts, float temperature) {
        TensorMessage message = new TensorMessage();
        message.fields().put("temperature", temperature);
        MicroBatchArrays.put(prompts, message);
        TensorMessage reply = call(call, message);
        int size = MicroBatchArrays.size(prompts);
        return new AnswerScores(
                MicroBatchArrays.split(prompts, reply.floats("log-probs", size)),
                MicroBatchArrays.split(prompts, reply.floats("entropies", size)));
    }

    /** Makes a call for this model. */
    TensorMessage call(String name, TensorMessage message) {
        message.fields().put("model", number);
        return connection.call(session, name, message);
    }

    /** Lets the learner forget the model. A learner that is lost has forgotten it. */
    @Override
    public void close() {
        closed = true;
        if (connection.isOpen(session)) {
            try {
                call("close", new TensorMessage());
            } catch (UnreachableException | LearnerException e) {
                LOG.warn("A model was not closed: {}", e.getMessage());
            }
        }
    }
}
