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
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One stock broker or three, the registry and every role of a small run, each in a process of its own. Where there is one
 * broker, each process reaches it through a proxy of its own; this class uses none.
 */
final class TortureCluster implements AutoCloseable {
    static final String RUN = "tortured";
    static final String BROKER = "broker";
    static final String REGISTRY = "registry";
    static final String TRAINER = "trainer";
    static final int GROUP_SIZE = SmallRun.GROUP_SIZE;
    static final int BATCH_SIZE = 2;

    /** Processes of a cluster under torture. */
    static final List<String> ROLES = List.of(
            "curriculum",
            "rollouts-1",
            "rollouts-2",
            "scoring-1",
            "scoring-2",
            "judge",
            "grouping",
            "batching",
            TRAINER,
            "evaluation");

    /** Worker on a host that does not see the run's folder: it fetches versions from the trainer. */
    private static final String FETCHING = "rollouts-2";

    private static final List<String> STAGES =
            List.of("curriculum", "scoring-1", "scoring-2", "grouping", "batching", "judge");
    private static final long START_PATIENCE_S = 90;

    private final Path folder;
    private final SmallRun run;
    private final Setup setup;
    private final List<String> settings;
    private final Map<String, JavaProcess> processes = new LinkedHashMap<>();
    private final StockBrokers brokers;
    private volatile UnaryOperator<Reply> judgement = UnaryOperator.identity();
    private final ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> judgement.apply(verdict(message)));
    private final int registryPort = freePort();
    private final int weightsPort = freePort();

    /**
     * Describes a cluster.
     *
     * @param steps steps of the run
     * @param brokers 1 or 3
     * @param roles names of the processes
     * @param settings further settings of every process, as for {@code --set}
     */
    record Setup(long seed, int steps, int brokers, List<String> roles, List<String> settings) {}

    /** Writes all files of a cluster into a new folder; {@link #start()} starts it. */
    TortureCluster(Path folder, long seed, int steps, int brokers) throws IOException {
        this(folder, new Setup(seed, steps, brokers, ROLES, List.of()));
    }

    /** Writes all files of a cluster with other roles or settings. */
    TortureCluster(Path folder, Setup setup) throws IOException {
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        this.run = SmallRun.in(this.folder);
        this.setup = setup;
        this.settings = settings(setup);
        this.brokers = new StockBrokers(this.folder, setup.brokers(), behindProxies());
        this.brokers.processes().forEach(broker -> processes.put(broker.name(), broker));
        add(REGISTRY, List.of("--listen", "127.0.0.1"));
        for (String role : setup.roles()) {
            add(role, role.startsWith("rollouts") ? List.of("--worker", role) : List.of());
        }
    }

    /** Half of the wrong answers are right in the judge's eyes, and always the same half. */
    private static Reply verdict(String message) {
        return Reply.says(message.hashCode() % 2 == 0 ? "[[YES]]" : "[[NO]]");
    }

    private List<String> settings(Setup wanted) {
        int steps = wanted.steps();
        List<String> words = new ArrayList<>(List.of("--seed", Long.toString(wanted.seed())));
        List.of(
                        "phases[0].steps=" + steps / 2,
                        "phases[1].steps=" + (steps - steps / 2),
                        "batch-size=" + BATCH_SIZE,
                        "trainer.learning-rate=1e-7", // the policy stays one whose answers differ
                        "log.partitions=2",
                        "weights.serve=127.0.0.1:" + weightsPort,
                        "judge.url=" + judge.url(),
                        "judge.model=scripted",
                        "scoring.reward=max")
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        wanted.settings().forEach(setting -> words.addAll(List.of("--set", setting)));
        return words;
    }

    static List<String> behindProxies() {
        List<String> names = new ArrayList<>(List.of(REGISTRY));
        names.addAll(ROLES);
        return names;
    }

    private void add(String name, List<String> more) {
        processes.put(name, process(name, more));
    }

    /** Describes another start of a process, with whatever else is given. */
    JavaProcess process(String name, List<String> more) {
        String role = name.replaceAll("-\\d$", "");
        List<String> words = run.command("run", RUN, role);
        if (name.equals(FETCHING)) {
            words.set(words.indexOf("--dir") + 1, otherHost().toString());
            words.addAll(List.of("--set", "weights.from=http://127.0.0.1:" + weightsPort));
        }
        words.addAll(more);
        words.addAll(settings);
        words.addAll(addresses(brokers.bootstrap(name)));
        String heap = STAGES.contains(name) || name.equals(REGISTRY) ? "192m" : "384m";
        return new JavaProcess(name, java(heap, Longstream.class.getName(), words), folder.resolve(name + ".log"));
    }

    private static List<String> java(String heap, String main, List<String> arguments) {
        List<String> command = CommandProcess.java(List.of("-Xmx" + heap), main);
        command.addAll(arguments);
        return command;
    }

    private List<String> addresses(String bootstrap) {
        return List.of("--bootstrap", bootstrap, "--registry", registry());
    }

    private String registry() {
        return "http://127.0.0.1:" + registryPort;
    }

    /** Starts the brokers and the registry, publishes the questions, then starts the roles. */
    void start() throws IOException, InterruptedException {
        String clusterId = Uuid.randomUuid().toString();
        for (int node = 1; node <= brokers.ports().size(); node++) {
            String properties = brokers.properties(node).toString();
            finish("format", "kafka.tools.StorageTool", List.of("format", "-t", clusterId, "-c", properties));
        }
        for (JavaProcess broker : brokers.processes()) {
            broker.start();
        }
        for (int node = 1; node <= brokers.ports().size(); node++) {
            await(brokers.processes().get(node - 1), brokers.ports().get(node - 1));
        }
        processes.get(REGISTRY).start();
        await(processes.get(REGISTRY), registryPort);
        List<String> publish = run.command("publish", RUN);
        publish.add(0, "prompts");
        publish.addAll(settings);
        publish.addAll(addresses(brokers.bootstrap()));
        finish("publish", Longstream.class.getName(), publish);
        for (String role : setup.roles()) {
            processes.get(role).start();
        }
    }

    private static void await(JavaProcess process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE_S * 1_000_000_000;
        while (!listens(port)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(process.name() + " does not listen: " + process.lastWords());
            }
            Thread.sleep(100);
        }
    }

    /** Trains on the run's answers again, under another name. */
    void replay(String as) throws IOException, InterruptedException {
        List<String> words = run.replay(RUN, as);
        words.addAll(settings);
        words.addAll(addresses(brokers.bootstrap()));
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

    /** Returns the names of the processes that end by themselves after the last step. */
    List<String> roles() {
        return setup.roles();
    }

    /** Returns the number of the run's steps. */
    int steps() {
        return setup.steps();
    }

    Map<String, JavaProcess> processes() {
        return processes;
    }

    CutProxy proxy(String name) {
        return brokers.proxies().get(name);
    }

    /** Returns the names of the brokers' processes. */
    List<String> brokerNames() {
        return brokers.processes().stream().map(JavaProcess::name).toList();
    }

    /** Returns the log of a run on this broker, reached without a proxy. */
    EventLog log(String name) {
        return new EventLog(new LogAddress(brokers.bootstrap(), registry()), new Topics(name, 2));
    }

    /** Lets the judge reply otherwise than it would. */
    void judgeReplies(UnaryOperator<Reply> other) {
        judgement = other;
    }

    Path runFolder() {
        return run.runs().resolve(RUN);
    }

    private Path otherHost() {
        return folder.resolve("other-host");
    }

    /** Returns the run's folder and the one that the worker without it has for itself. */
    List<Path> allRunFolders() {
        return List.of(runFolder(), otherHost().resolve(RUN));
    }

    Path checkpoints() {
        return runFolder().resolve("checkpoints");
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 300);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() {
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
        for (CutProxy proxy : brokers.proxies().values()) {
            proxy.close();
        }
        judge.close();
    }
}
