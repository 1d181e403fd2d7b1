import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * Scores answers behind HTTP, as {@code judge.contract: reward} asks for: 1 where the answer ends with a gold, 0.25 where it only
 * mentions one, else 0. The first argument is the port; it listens on this machine alone.
 */
public final class RewardServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RewardServer() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/score", RewardServer::score);
        server.start();
    }

    private static void score(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode asked = JSON.readTree(exchange.getRequestBody());
            byte[] reply = JSON.writeValueAsBytes(verdict(asked.path("golds"), asked.path("answer").asText()));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    private static Map<String, Object> verdict(JsonNode golds, String answer) {
        String text = answer.replace("<|end|>", "").replaceAll("[\\s.]+$", "");
        boolean mentioned = false;
        for (JsonNode gold : golds) {
            if (text.endsWith(" " + gold.asText())) {
                return Map.of("value", 1.0, "reason", "the answer ends with " + gold.asText());
            }
            mentioned |= text.contains(" " + gold.asText() + " ");
        }
        return mentioned
                ? Map.of("value", 0.25, "reason", "a gold is mentioned, but it is not the answer")
                : Map.of("value", 0.0, "reason", "no gold is mentioned");
    }
}
