package dev.longstream.trainer.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.safetensors.TensorSpec;
import dev.longstream.policy.training.DecayedWeights;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * Opens policies in a learner process. Weights and moments go through files, which both processes see under the same path. A
 * learner that does not answer, or was started again, is an {@link dev.longstream.failure.UnreachableException}; the next
 * {@link #open} then begins a session of its own. Not thread-safe.
 */
public final class RemoteLearners implements Learners {
    private final LearnerConnection connection;

    /** Creates learners that connect when the first policy is opened. */
    public RemoteLearners(LearnerAddress address) {
        this.connection = new LearnerConnection(address);
    }

    @Override
    public Learner open(Path weights, Path origin, OptimizerSettings settings) {
        TensorMessage open = opening(weights);
        ObjectNode optimizer = open.fields().putObject("optimizer");
        optimizer.put("beta1", settings.beta1());
        optimizer.put("beta2", settings.beta2());
        optimizer.put("epsilon", settings.epsilon());
        optimizer.put("weight-decay", settings.decay().weightDecay());
        optimizer.put("weight-decay-on", settings.decay().weightDecayOn() == DecayedWeights.ALL ? "all" : "matrices");
        RemoteModel model = opened(open);
        return new RemoteLearner(PolicyFolder.open(origin), model);
    }

    @Override
    public Scorer openFrozen(Path modelFolder) {
        return opened(opening(modelFolder));
    }

    private RemoteModel opened(TensorMessage open) {
        String session = connection.session();
        TensorMessage reply = connection.call(session, "open", open);
        return new RemoteModel(connection, session, reply.fields().path("model").asInt());
    }

    /** Returns the call that opens a folder, with names and shapes of its weights in the order in which they are stored. */
    private static TensorMessage opening(Path weights) {
        TensorMessage open = new TensorMessage();
        open.fields().put("weights", weights.toAbsolutePath().toString());
        ArrayNode tensors = open.fields().putArray("tensors");
        try (PolicyFolder folder = PolicyFolder.open(weights)) {
            if (folder.adapter().isPresent()) {
                throw new UnusableInputException(weights + " holds an adapter, but a learner process trains whole"
                        + " policies; merge it first: longstream merge");
            }
            for (TensorSpec spec : folder.config().tensors()) {
                ArrayNode shape = tensors.addArray().add(spec.name()).addArray();
                Arrays.stream(spec.shape()).forEach(shape::add);
            }
        }
        return open;
    }
}
