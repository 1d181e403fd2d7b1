package dev.longstream.trainer.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.training.DecayedWeights;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A learner process of the protocol, in this process: it hands every call to other learners, and is lost when a test says so. */
public final class ServedLearner implements AutoCloseable {
    private final Learners behind;
    private final Path origin;
    private final HttpServer server;
    private final List<String> applied = new ArrayList<>();
    private final Map<Integer, Scorer> frozen = new HashMap<>();
    private final List<Integer> shared = new ArrayList<>();
    private Learners opening;
    private int protocol = LearnerConnection.PROTOCOL;
    private @Nullable String restartsBefore;
    private @Nullable String cutsAfter;
    private @Nullable String stallsIn;
    private @Nullable String failsIn;
    private String failure = "failed";
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable String key;
    private String hidden = "nothing is hidden";
    private @Nullable Learner trained;
    private List<PromptAnswers> pending = List.of();
    private float pendingTemperature;
    private int sessions;
    private int models;
    private long sequence;
    private byte[] lastReply = {};

    /**
     * Serves learners on a free port.
     *
     * @param origin folder with the configuration of all policies
     */
    public ServedLearner(Learners behind, Path origin) throws IOException {
        this.behind = behind;
        this.opening = behind;
        this.origin = origin;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    /** Speaks another version of the protocol. */
    ServedLearner withProtocol(int version) {
        protocol = version;
        return this;
    }

    /** Wants a key. */
    ServedLearner withKey(String expected) {
        key = expected;
        return this;
    }

    /** Is started again, and knows nothing any more, just before its next call of this name. */
    public void restartBefore(String call) {
        restartsBefore = call;
    }

    /** Cuts the connection once, when it has applied its next call of this name. */
    void cutAfter(String call) {
        cutsAfter = call;
    }

    /** Sends the headers of its answer to its next call of this name, and nothing after them. */
    void stallIn(String call) {
        stallsIn = call;
    }

    /** Fails in its next call of this name, for a reason of this kind. */
    void failIn(String call, String kind) {
        failsIn = call;
        failure = kind;
    }

    /** Does not see folders whose path ends so. */
    void hide(String end) {
        hidden = end;
    }

    /** Returns the names of the calls that were applied, in their order. */
    List<String> applied() {
        return applied;
    }

    /** Returns the models whose bases were shared, in the order of the calls. */
    List<Integer> shared() {
        return shared;
    }

    /** Returns the address for a trainer. */
    public LearnerAddress address() {
        return address(null);
    }

    LearnerAddress address(@Nullable String key) {
        return address(key, Duration.ofSeconds(30));
    }

    LearnerAddress address(@Nullable String key, Duration timeout) {
        return new LearnerAddress(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), key, timeout, "test");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestURI().getPath().replace("/v1/", "");
            byte[] body = exchange.getRequestBody().readAllBytes();
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            if (key != null && !("Bearer " + key).equals(given)) {
                refuse(exchange, 401, "key", "the key is missing or wrong");
            } else if (call.equals("hello")) {
                ObjectNode hello = Json.MAPPER.createObjectNode().put("protocol", protocol);
                send(exchange, 200, hello.toString().getBytes(StandardCharsets.UTF_8));
            } else {
                answer(exchange, call, TensorMessage.parse(body));
            }
        }
    }

    private void answer(HttpExchange exchange, String name, TensorMessage call) throws IOException {
        JsonNode fields = call.fields();
        if (name.equals(restartsBefore)) {
            restartsBefore = null;
            forget();
            sessions++;
        }
        if (name.equals(stallsIn)) {
            exchange.sendResponseHeaders(200, 8);
            exchange.getResponseBody().flush();
            awaitUninterruptibly(closed);
            return;
        }
        if (name.equals(failsIn)) {
            failsIn = null;
            refuse(exchange, 500, failure, "it failed");
            return;
        }
        boolean begins = name.equals("begin");
        if (!begins && !fields.path("session").asText().equals("session-" + sessions)) {
            refuse(exchange, 409, "session", "the session is unknown");
            return;
        }
        long number = fields.path("sequence").asLong();
        if (begins || number == sequence + 1) {
            sequence = begins ? 0 : number;
            try {
                lastReply = apply(name, call).toBytes();
            } catch (IllegalArgumentException e) {
                refuse(exchange, 400, "request", String.valueOf(e.getMessage()));
                return;
            } catch (RuntimeException e) {
                forget();
                refuse(exchange, 500, "failed", e.toString());
                return;
            }
            applied.add(name);
        } else if (number != sequence) {
            refuse(exchange, 409, "sequence", "the call has number " + number + ", expected " + (sequence + 1));
            return;
        }
        if (name.equals(cutsAfter)) {
            cutsAfter = null;
            return; // closes the connection without an answer
        }
        send(exchange, 200, lastReply);
    }

    private TensorMessage apply(String name, TensorMessage call) {
        TensorMessage reply = new TensorMessage();
        reply.fields().put("protocol", protocol);
        JsonNode fields = call.fields();
        switch (name) {
            case "begin" -> {
                forget();
                sessions++;
                reply.fields().put("session", "session-" + sessions);
            }
            case "open" -> reply.fields().put("model", open(fields));
            case "close" -> close(fields.path("model").asInt());
            case "score" -> {
                Scorer scorer = frozen.get(fields.path("model").asInt());
                float temperature = fields.path("temperature").floatValue();
                ServedArrays.put(
                        scorer == null
                                ? learner().score(ServedArrays.prompts(call), temperature)
                                : scorer.score(ServedArrays.prompts(call), temperature),
                        reply);
            }
            case "forward" -> {
                pending = ServedArrays.prompts(call);
                pendingTemperature = fields.path("temperature").floatValue();
                ServedArrays.put(learner().score(pending, pendingTemperature), reply);
            }
            case "backward" -> {
                List<PromptAnswers> prompts = pending;
                learner()
                        .accumulateGradients(
                                prompts, pendingTemperature, scores -> ServedArrays.gradients(prompts, call));
            }
            case "step" ->
                reply.put("norm", new float[] {
                    (float) learner()
                            .step(
                                    fields.path("learning-rate").asDouble(),
                                    fields.path("max-gradient-norm").asDouble())
                });
            case "write-model" -> {
                Path folder = visible(fields.path("folder").asText());
                DType stored = DType.valueOf(fields.path("stored").asText());
                String digest = learner().writeModel(folder, stored);
                Path adapter = folder.resolve(AdapterFolder.WEIGHTS);
                wrote(Files.exists(adapter) ? adapter : folder.resolve("model.safetensors"), digest, reply);
            }
            case "write-moments" -> {
                Path file = Path.of(fields.path("file").asText());
                wrote(file, learner().writeMoments(file), reply);
            }
            case "read-moments" ->
                learner().readMoments(Path.of(fields.path("file").asText()));
            case "forget-moments" -> learner().forgetMoments();
            default -> throw new IllegalArgumentException("there is no call " + name);
        }
        return reply;
    }

    private int open(JsonNode fields) {
        JsonNode adapter = fields.path("adapter");
        Path weights = visible((adapter.has("folder") ? adapter.path("folder") : fields.path("weights")).asText());
        models++;
        JsonNode adamW = fields.path("optimizer");
        if (adamW.isMissingNode()) {
            if (fields.has("base-of")) {
                shared.add(fields.path("base-of").asInt());
            }
            frozen.put(models, opening.openFrozen(weights));
        } else {
            opening = adapter.isMissingNode() ? behind : adapted(adapter);
            WeightDecay decay = new WeightDecay(
                    adamW.path("weight-decay").asDouble(),
                    adamW.path("weight-decay-on").asText().equals("all")
                            ? DecayedWeights.ALL
                            : DecayedWeights.MATRICES);
            OptimizerSettings settings = new OptimizerSettings(
                    1,
                    Schedule.CONSTANT,
                    0,
                    1,
                    adamW.path("beta1").asDouble(),
                    adamW.path("beta2").asDouble(),
                    adamW.path("epsilon").asDouble(),
                    decay,
                    1);
            trained = opening.open(weights, origin, settings);
        }
        return models;
    }

    /** Returns learners of the adapter that a call describes. */
    private static Learners adapted(JsonNode adapter) {
        List<String> targets = new ArrayList<>();
        adapter.path("targets").forEach(target -> targets.add(target.asText()));
        AdapterConfig shape = new AdapterConfig(
                adapter.path("rank").asInt(), adapter.path("alpha").asDouble(), targets);
        return new ModelLearners(
                64, Optional.of(new NewAdapter(shape, adapter.path("seed").asLong())));
    }

    private void close(int model) {
        Scorer scorer = frozen.remove(model);
        if (scorer != null) {
            scorer.close();
        } else {
            learner().close();
            trained = null;
        }
    }

    private void forget() {
        frozen.values().forEach(Scorer::close);
        frozen.clear();
        if (trained != null) {
            trained.close();
            trained = null;
        }
    }

    private Learner learner() {
        if (trained == null) {
            throw new IllegalArgumentException("no policy is open");
        }
        return trained;
    }

    private Path visible(String folder) {
        if (folder.endsWith(hidden)) {
            throw new IllegalArgumentException("there is no folder " + folder + " here");
        }
        return Path.of(folder);
    }

    private static void wrote(Path file, String digest, TensorMessage reply) {
        try {
            reply.fields().put("sha256", digest).put("bytes", Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void refuse(HttpExchange exchange, int status, String kind, String message) throws IOException {
        ObjectNode error = Json.MAPPER.createObjectNode();
        error.putObject("error").put("kind", kind).put("message", message);
        send(exchange, status, error.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        forget();
    }
}
