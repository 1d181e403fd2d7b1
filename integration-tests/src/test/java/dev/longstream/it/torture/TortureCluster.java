package dev.longstream.it.torture;

import dev.longstream.cli.Longstream;
import dev.longstream.it.CommandProcess;
import dev.longstream.it.SmallRun;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Topics;
import dev.longstream.testing.CutProxy;
import dev.longstream.testing.ScriptedJudge;
import dev.longstream.testing.ScriptedServer.Reply;
import org.apache.kafka.common.Uuid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stock broker, the registry and every role of a small run, each in a process of its own. Each reaches the broker by a
 * listener of its own behind a proxy of its own; this class uses one without a proxy.
 */
final class TortureCluster implements AutoCloseable {
    static final String RUN = "tortured";
    static final String BROKER = "broker";
    static final String REGISTRY = "registry";
    static final String TRAINER = "trainer";
    static final String EVALUATION = "evaluation";
    static final int GROUP_SIZE = SmallRun.GROUP_SIZE;
    static final int BATCH_SIZE = 2;

    private static final List<String> ROLES = List.of(
            "curriculum", "rollouts-1", "rollouts-2", "scoring", "judge", "grouping", "batching", TRAINER, EVALUATION);
    private static final List<String> STAGES = List.of("curriculum", "scoring", "grouping", "batching", "judge");
    private static final String HARNESS = "HARNESS";
    private static final long START_PATIENCE_S = 90;

    private final Path folder;
    private final SmallRun run;
    private final List<String> settings;
    private final Map<String, JavaProcess> processes = new LinkedHashMap<>();
    private final Map<String, CutProxy> proxies = new LinkedHashMap<>();
    private final ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> verdict(message));
    private final int brokerPort = freePort();
    private final int registryPort = freePort();

    /** Writes all files of a cluster into a new folder; {@link #start()} starts it. */
    TortureCluster(Path folder, long seed, int steps) throws IOException {
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        this.run = SmallRun.in(this.folder);
        this.settings = settings(seed, steps);
        processes.put(BROKER, broker());
        add(REGISTRY, List.of("--listen", "127.0.0.1"));
        for (String role : ROLES) {
            add(role, role.startsWith("rollouts") ? List.of("--worker", role) : List.of());
        }
    }

    /** Half of the wrong answers are right in the judge's eyes, and always the same half. */
    private static Reply verdict(String message) {
        return Reply.says(message.hashCode() % 2 == 0 ? "[[YES]]" : "[[NO]]");
    }

    private List<String> settings(long seed, int steps) {
        List<String> words = new ArrayList<>(List.of("--seed", Long.toString(seed)));
        List.of(
                        "phases[0].steps=" + steps / 2,
                        "phases[1].steps=" + (steps - steps / 2),
                        "batch-size=" + BATCH_SIZE,
                        "trainer.learning-rate=1e-7", // the policy stays one whose answers differ
                        "log.partitions=2",
                        "judge.url=" + judge.url(),
                        "judge.model=scripted",
                        "scoring.reward=max")
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        return words;
    }

    /** A broker with Kafka's defaults, except for what one broker alone needs. */
    private JavaProcess broker() throws IOException {
        List<String> listeners = new ArrayList<>(List.of("CONTROLLER://127.0.0.1:" + freePort()));
        List<String> advertised = new ArrayList<>();
        String controller = listeners.get(0).substring("CONTROLLER://".length());
        listen(listeners, advertised, HARNESS, brokerPort, brokerPort);
        for (String name : behindProxies()) {
            int port = freePort();
            CutProxy proxy = new CutProxy(port);
            proxies.put(name, proxy);
            listen(listeners, advertised, listener(name), port, proxy.port());
        }
        Path properties = folder.resolve("broker.properties");
        Files.write(
                properties,
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@" + controller,
                        "controller.listener.names=CONTROLLER",
                        "inter.broker.listener.name=" + HARNESS,
                        "listeners=" + String.join(",", listeners),
                        "advertised.listeners=" + String.join(",", advertised),
                        "listener.security.protocol.map="
                                + listeners.stream()
                                        .map(each -> each.substring(0, each.indexOf(':')) + ":PLAINTEXT")
                                        .collect(Collectors.joining(",")),
                        "log.dirs=" + folder.resolve("kafka"),
                        "num.network.threads=1", // for each of the listeners
                        "offsets.topic.replication.factor=1",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "share.coordinator.state.topic.replication.factor=1",
                        "share.coordinator.state.topic.min.isr=1"));
        return new JavaProcess(
                BROKER, java("512m", "kafka.Kafka", List.of(properties.toString())), folder.resolve("broker.log"));
    }

    private static void listen(
            List<String> listeners, List<String> advertised, String name, int port, int advertisedPort) {
        listeners.add(name + "://127.0.0.1:" + port);
        advertised.add(name + "://127.0.0.1:" + advertisedPort);
    }

    private static String listener(String name) {
        return name.replace("-", "").toUpperCase(Locale.ROOT);
    }

    static List<String> behindProxies() {
        List<String> names = new ArrayList<>(List.of(REGISTRY));
        names.addAll(ROLES);
        return names;
    }

    private void add(String name, List<String> more) {
        String role = name.replaceAll("-\\d$", "");
        List<String> words = run.command("run", RUN, role);
        words.addAll(more);
        words.addAll(settings);
        words.addAll(addresses("127.0.0.1:" + proxies.get(name).port()));
        String heap = STAGES.contains(name) || name.equals(REGISTRY) ? "192m" : "384m";
        processes.put(
                name,
                new JavaProcess(name, java(heap, Longstream.class.getName(), words), folder.resolve(name + ".log")));
    }

    private static List<String> java(String heap, String main, List<String> arguments) {
        List<String> command = CommandProcess.java(List.of("-Xmx" + heap), main);
        command.addAll(arguments);
        return command;
    }

    private List<String> addresses(String bootstrap) {
        return List.of("--bootstrap", bootstrap, "--registry", registry());
    }

    private String bootstrap() {
        return "127.0.0.1:" + brokerPort;
    }

    private String registry() {
        return "http://127.0.0.1:" + registryPort;
    }

    /** Starts the broker and the registry, publishes the questions, then starts the roles. */
    void start() throws IOException, InterruptedException {
        String properties = folder.resolve("broker.properties").toString();
        finish(
                "format",
                "kafka.tools.StorageTool",
                List.of("format", "-t", Uuid.randomUuid().toString(), "-c", properties));
        startAndAwait(BROKER, brokerPort);
        startAndAwait(REGISTRY, registryPort);
        List<String> publish = run.command("publish", RUN);
        publish.add(0, "prompts");
        publish.addAll(settings);
        publish.addAll(addresses(bootstrap()));
        finish("publish", Longstream.class.getName(), publish);
        for (String role : ROLES) {
            processes.get(role).start();
        }
    }

    private void startAndAwait(String name, int port) throws IOException, InterruptedException {
        processes.get(name).start();
        long deadline = System.nanoTime() + START_PATIENCE_S * 1_000_000_000;
        while (!listens(port)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        name + " does not listen: " + processes.get(name).lastWords());
            }
            Thread.sleep(100);
        }
    }

    /** Trains on the run's answers again, under another name. */
    void replay(String as) throws IOException, InterruptedException {
        List<String> words = run.replay(RUN, as);
        words.addAll(settings);
        words.addAll(addresses(bootstrap()));
        finish("replay", Longstream.class.getName(), words);
    }

    private void finish(String name, String main, List<String> arguments) throws IOException, InterruptedException {
        try (JavaProcess command =
                new JavaProcess(name, java("512m", main, arguments), folder.resolve(name + ".log"))) {
            command.start();
            if (!command.awaitEnd(10 * START_PATIENCE_S) || command.exit() != 0) {
                throw new AssertionError(name + " did not succeed: " + command.lastWords());
            }
        }
    }

    Map<String, JavaProcess> processes() {
        return processes;
    }

    CutProxy proxy(String name) {
        return proxies.get(name);
    }

    /** Returns the log of a run on this broker, reached without a proxy. */
    EventLog log(String name) {
        return new EventLog(new LogAddress(bootstrap(), registry()), new Topics(name, 2));
    }

    Path checkpoints() {
        return run.runs().resolve(RUN).resolve("checkpoints");
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 300);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No port is free", e);
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (JavaProcess process : processes.values()) {
            process.close();
        }
        for (CutProxy proxy : proxies.values()) {
            proxy.close();
        }
        judge.close();
    }
}
