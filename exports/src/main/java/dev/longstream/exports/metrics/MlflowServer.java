package dev.longstream.exports.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.config.PrintableAddress;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.AskOutcome;
import dev.longstream.http.AskingClient;
import dev.longstream.http.RetryPolicy;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * An MLflow tracking server, spoken to by its REST interface. MLflow's own client for Java depends on an artifact that Maven
 * Central does not have. Not thread-safe.
 */
public final class MlflowServer implements AutoCloseable {
    private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";
    private static final String USER = "MLFLOW_TRACKING_USERNAME";
    private static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
    private static final JsonMapper JSON = new JsonMapper();
    private static final RetryPolicy RETRIES = new RetryPolicy(
            Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMillis(500), Duration.ofSeconds(10), 20, 2);

    private final URI address;
    private final @Nullable String token;
    private final Map<String, AskingClient> clients = new HashMap<>();

    /**
     * Names a server; nothing is sent yet.
     *
     * @param address address of the server, as in {@code MLFLOW_TRACKING_URI}
     * @param environment environment variables; those of MLflow's own clients name a token, or a user and a password
     * @throws WrongUseException if the address is not one of HTTP
     */
    public MlflowServer(String address, Map<String, String> environment) {
        this.token = environment.get(TOKEN);
        this.address = parsed(address.replaceAll("/+$", ""), login(environment));
    }

    private static @Nullable String login(Map<String, String> environment) {
        String user = environment.get(USER);
        return user == null ? null : user + ":" + environment.getOrDefault(PASSWORD, "");
    }

    private static URI parsed(String address, @Nullable String login) {
        try {
            URI uri = new URI(address);
            if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
                throw new WrongUseException("MLflow's address is '" + PrintableAddress.of(address)
                        + "', expected one such as http://localhost:5000");
            }
            return login == null
                    ? uri
                    : new URI(uri.getScheme(), login, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
        } catch (URISyntaxException e) {
            throw new WrongUseException("MLflow's address is not valid: " + e.getMessage(), e);
        }
    }

    /** Creates an empty request. */
    static ObjectNode request() {
        return JSON.createObjectNode();
    }

    /**
     * Sends a request and returns the reply; repeats it while the server is busy or unreachable, for two minutes.
     *
     * @param path end of the path, e.g. {@code runs/create}
     * @throws UnreachableException if there is no reply, or the server refuses the request
     */
    JsonNode ask(String path, ObjectNode request) {
        AskingClient client = clients.computeIfAbsent(
                path,
                any -> new AskingClient(URI.create(address + "/api/2.0/mlflow/" + path), token, RETRIES, new Random()));
        AskOutcome<JsonNode> outcome =
                client.ask(request.toString(), MlflowServer::read).join();
        if (outcome.value() == null) {
            throw new UnreachableException("MLflow at " + PrintableAddress.of(address.toString()) + " did not accept "
                    + path + ": " + outcome.problem());
        }
        return outcome.value();
    }

    private static AskOutcome.Reading<JsonNode> read(String body) {
        try {
            return new AskOutcome.Reading<>(JSON.readTree(body), "");
        } catch (JsonProcessingException e) {
            return new AskOutcome.Reading<>(null, "the reply is not JSON: " + AskingClient.quoted(body));
        }
    }

    @Override
    public void close() {
        clients.values().forEach(AskingClient::close);
    }
}
