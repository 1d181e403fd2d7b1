package dev.longstream.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium that a test drives by the WebDriver protocol. It downloads nothing. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final long PAUSE_MILLIS = 100;

    private final Process driver;
    private final URI session;
    private final HttpClient client = HttpClient.newHttpClient();

    private Browser(Process driver, int port, Path profile) throws Exception {
        this.driver = driver;
        ObjectNode request = JSON.createObjectNode();
        ObjectNode wanted = request.putObject("capabilities").putObject("alwaysMatch");
        wanted.putObject("goog:loggingPrefs").put("browser", "ALL");
        ObjectNode options = wanted.putObject("goog:chromeOptions");
        options.put("binary", find("chromium").orElseThrow().toString());
        List.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + profile)
                .forEach(options.withArray("args")::add);
        URI root = URI.create("http://127.0.0.1:" + port + "/session");
        this.session = URI.create(
                root + "/" + send("POST", root, request).path("sessionId").asText());
    }

    /** Returns whether this machine has Chromium and its driver. */
    static boolean isInstalled() {
        return find("chromium").isPresent() && find("chromedriver").isPresent();
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a browser whose profile is in a folder. */
    static Browser start(Path profile) throws Exception {
        Process driver = new ProcessBuilder(find("chromedriver").orElseThrow().toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                Matcher port = PORT.matcher(line);
                if (port.find()) {
                    return new Browser(driver, Integer.parseInt(port.group(1)), profile);
                }
            }
            throw new IOException("chromedriver ended without a port");
        } catch (Exception e) {
            driver.destroyForcibly();
            throw e;
        }
    }

    /** Makes the page this wide and high, in CSS pixels, as a phone or a desk would. */
    void resize(int width, int height) throws Exception {
        ObjectNode metrics = JSON.createObjectNode();
        metrics.put("cmd", "Emulation.setDeviceMetricsOverride");
        metrics.putObject("params")
                .put("width", width)
                .put("height", height)
                .put("deviceScaleFactor", 1)
                .put("mobile", false);
        command("POST", "/goog/cdp/execute", metrics);
    }

    void open(String url) throws Exception {
        command("POST", "/url", JSON.createObjectNode().put("url", url));
    }

    /** Returns the value of a JavaScript expression. */
    JsonNode value(String expression) throws Exception {
        ObjectNode script = JSON.createObjectNode().put("script", "return " + expression);
        script.putArray("args");
        return command("POST", "/execute/sync", script);
    }

    /** Waits until a JavaScript expression is true. */
    void await(String expression) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!value("Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Never true: " + expression + "; the page says: "
                        + value("document.body.innerText").asText());
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Clicks the first element that a CSS selector finds, once it is there. */
    void click(String selector) throws Exception {
        await("document.querySelector(" + JSON.writeValueAsString(selector) + ")");
        command(
                "POST",
                "/element/"
                        + command(
                                        "POST",
                                        "/element",
                                        JSON.createObjectNode()
                                                .put("using", "css selector")
                                                .put("value", selector))
                                .elements()
                                .next()
                                .asText()
                        + "/click",
                JSON.createObjectNode());
    }

    /** Presses keys in the element that has the focus. Special keys are WebDriver's code points. */
    void press(String keys) throws Exception {
        ObjectNode request = JSON.createObjectNode();
        ObjectNode source =
                request.putArray("actions").addObject().put("type", "key").put("id", "keys");
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            source.withArray("actions").addObject().put("type", "keyDown").put("value", key);
            source.withArray("actions").addObject().put("type", "keyUp").put("value", key);
        });
        command("POST", "/actions", request);
    }

    /**
     * Returns errors of scripts and breaches of the content security policy since the last call, one message each. Answers with an error
     * status, which the browser reports too, are the page's business.
     */
    List<String> faults() throws Exception {
        List<String> faults = new ArrayList<>();
        for (JsonNode entry : command("POST", "/se/log", JSON.createObjectNode().put("type", "browser"))) {
            if (entry.path("level").asText().equals("SEVERE")
                    && !entry.path("source").asText().equals("network")) {
                faults.add(entry.path("message").asText());
            }
        }
        return faults;
    }

    private JsonNode command(String method, String path, JsonNode body) throws Exception {
        return send(method, URI.create(session + path), body);
    }

    private JsonNode send(String method, URI url, JsonNode body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url)
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .header("Content-Type", "application/json")
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode value = JSON.readTree(response.body()).path("value");
        if (response.statusCode() != 200) {
            throw new IOException(url + ": " + value.path("message").asText());
        }
        return value;
    }

    @Override
    public void close() throws Exception {
        try {
            command("DELETE", "", JSON.createObjectNode());
        } finally {
            driver.destroy();
        }
    }
}
