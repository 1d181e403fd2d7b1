package dev.longstream.trainer.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterWeights;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.safetensors.TensorSpec;
import dev.longstream.policy.training.DecayedWeights;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.learner.TrainedAdapter;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Opens policies in a learner process. Weights and moments go through files, which both processes see under the same path. A
 * learner that does not answer, or was started again, is an {@link dev.longstream.failure.UnreachableException}; the next
 * {@link #open} then begins a session of its own. Where an adapter is trained, a policy to measure against shares the base of the
 * policy that was opened last. Not thread-safe.
 */
public final class RemoteLearners implements Learners {
    private final LearnerConnection connection;
    private final TrainedAdapter trained;
    private @Nullable RemoteModel opened;

    /** Creates learners that train all weights, and connect when the first policy is opened. */
    public RemoteLearners(LearnerAddress address) {
        this(address, Optional.empty());
    }

    /**
     * Creates learners that connect when the first policy is opened.
     *
     * @param adapter adapter that whole policies begin with; empty: all weights are trained
     */
    public RemoteLearners(LearnerAddress address, Optional<NewAdapter> adapter) {
        this.connection = new LearnerConnection(address);
        this.trained = new TrainedAdapter(adapter);
    }

    @Override
    public Learner open(Path weights, Path origin, OptimizerSettings settings) {
        TensorMessage open = new TensorMessage();
        describe(weights, open.fields());
        ObjectNode optimizer = open.fields().putObject("optimizer");
        optimizer.put("beta1", settings.beta1());
        optimizer.put("beta2", settings.beta2());
        optimizer.put("epsilon", settings.epsilon());
        optimizer.put("weight-decay", settings.decay().weightDecay());
        optimizer.put("weight-decay-on", settings.decay().weightDecayOn() == DecayedWeights.ALL ? "all" : "matrices");
        RemoteModel model = opened(open);
        opened = model;
        return new RemoteLearner(
                PolicyFolder.open(origin), model, trained.adapter().map(NewAdapter::config));
    }

    @Override
    public Scorer openFrozen(Path modelFolder) {
        TensorMessage open = new TensorMessage();
        describe(modelFolder, open.fields());
        RemoteModel training = opened;
        if (training != null && trained.adapter().isPresent()) {
            training.number().ifPresent(number -> open.fields().put("base-of", number));
        }
        return opened(open);
    }

    private RemoteModel opened(TensorMessage open) {
        String session = connection.session();
        TensorMessage reply = connection.call(session, "open", open);
        return new RemoteModel(connection, session, reply.fields().path("model").asInt());
    }

    /** Describes a policy with names and shapes of its weights in the order in which they are stored. */
    private void describe(Path weights, ObjectNode open) {
        try (PolicyFolder folder = PolicyFolder.open(weights)) {
            open.put("weights", folder.base().toAbsolutePath().toString());
            put(folder.config().tensors(), open);
            trained.in(folder).ifPresent(adapter -> describe(adapter, folder, open.putObject("adapter")));
        }
    }

    private void describe(AdapterWeights adapter, PolicyFolder folder, ObjectNode described) {
        AdapterConfig shape = adapter.config();
        ModelConfig model = folder.config();
        described.put("rank", shape.rank()).put("alpha", shape.alpha());
        shape.targets().forEach(described.putArray("targets")::add);
        put(shape.tensors(model), described);
        if (adapter instanceof NewAdapter initial) {
            described.put("seed", initial.seed());
        } else {
            described.put("folder", folder.path().toAbsolutePath().toString());
        }
    }

    private static void put(List<TensorSpec> specs, ObjectNode to) {
        ArrayNode tensors = to.putArray("tensors");
        for (TensorSpec spec : specs) {
            ArrayNode shape = tensors.addArray().add(spec.name()).addArray();
            Arrays.stream(spec.shape()).forEach(shape::add);
        }
    }
}
