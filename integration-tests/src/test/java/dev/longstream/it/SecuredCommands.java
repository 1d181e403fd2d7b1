package dev.longstream.it;

import dev.longstream.cli.Longstream;
import dev.longstream.stack.broker.SecuredBroker;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Commands of {@code longstream} in this process, each on a thread of its own and as a user of its own. */
final class SecuredCommands implements AutoCloseable {
    /** Name of the run's shadow, which asks a judge of its own. */
    static final String SHADOW = "opinion";

    private static final int STEPS = 3;
    /** Two batches and a rest that is never trained, so that the run ends before its last step. */
    private static final int MAX_ASSIGNED_GROUPS = 2 * SmallRun.BATCH_SIZE + 2;

    private static final int PATIENCE_SECONDS = 120;
    private static final int REGISTRY_ATTEMPTS = 300;

    private final SmallRun files;
    private final SecuredBroker broker;
    private final String run;
    private final int registryPort;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    /** A command that was started. */
    private static final class Begun {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final CountDownLatch ended = new CountDownLatch(1);
        volatile int exit;
        Thread thread;
    }

    SecuredCommands(SmallRun files, SecuredBroker broker, String run) throws IOException {
        this.files = files;
        this.broker = broker;
        this.run = run;
        this.registryPort = SecuredBroker.freePort();
    }

    /** Starts a command as a user. */
    void begin(String user, String... words) {
        try {
            begin(user, broker.clientProperties(user).toString(), words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(String user, String properties, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(options());
        all.addAll(List.of("--set", "log.properties-file=" + properties));
        Begun command = new Begun();
        command.thread = new Thread(
                () -> {
                    command.exit = Longstream.commandLine(new PrintWriter(command.out), new PrintWriter(command.err))
                            .execute(all.toArray(String[]::new));
                    command.ended.countDown();
                },
                "command-" + user);
        begun.put(user, command);
        command.thread.start();
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(
                files.command("", run).subList(1, files.command("", run).size()));
        options.addAll(List.of(
                "--steps",
                Integer.toString(STEPS),
                "--set",
                "max-assigned-groups=" + MAX_ASSIGNED_GROUPS,
                "--bootstrap",
                broker.bootstrapServers(),
                "--registry",
                "http://127.0.0.1:" + registryPort,
                "--set",
                "log.properties.repartition.purge.interval.ms=100", // so that a short run deletes records, too
                "--set",
                "judge.folder=" + files.judge(),
                "--set",
                "judge.worker.max-tokens=1",
                "--set",
                "evaluation.reward=max",
                "--set",
                "scoring.reward=max",
                "--set",
                "scoring.shadows." + SHADOW + "={reward: judge}"));
        return options;
    }

    /** Runs a command as a user and returns its exit code. */
    int execute(String user, String... words) throws InterruptedException {
        begin(user, words);
        return await(user);
    }

    /** Runs a command with a file of client properties and returns its exit code. */
    int executeWith(String properties, String user, String... words) throws InterruptedException {
        begin(user, properties, words);
        return await(user);
    }

    /** Waits for a user's command and returns its exit code. */
    int await(String user) throws InterruptedException {
        Begun command = begun.get(user);
        if (!command.ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            StringBuilder all = new StringBuilder("The command of " + user + " did not end. All commands said:\n");
            begun.keySet()
                    .forEach(one ->
                            all.append(one).append(": ").append(said(one)).append('\n'));
            throw new AssertionError(all);
        }
        return command.exit;
    }

    /** Waits until a user's command has said something. */
    void awaitSaid(String user, String words) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!said(user).contains(words)) {
            if (System.nanoTime() > deadline || begun.get(user).ended.getCount() == 0) {
                throw new AssertionError(user + " did not say '" + words + "' but: " + said(user));
            }
            Thread.sleep(100);
        }
    }

    /** Returns what a user's last command said. */
    String said(String user) {
        Begun command = begun.get(user);
        return command.out.toString() + command.err;
    }

    /** Returns what {@code longstream acls --json} prints for roles whose users have their names. */
    String acls(List<String> roles) throws IOException {
        List<String> words = new ArrayList<>(List.of("acls", "--json"));
        words.addAll(options());
        roles.forEach(role -> words.addAll(List.of("--principal", role + "=User:" + role)));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Longstream.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(words.toArray(String[]::new));
        if (exit != 0) {
            throw new IOException(err.toString());
        }
        return out.toString();
    }

    /** Waits until the registry takes connections. */
    void awaitRegistry() throws Exception {
        for (int attempt = 0; ; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", registryPort), 1_000);
                return;
            } catch (IOException e) {
                if (attempt == REGISTRY_ATTEMPTS || begun.get("registry").ended.getCount() == 0) {
                    throw new IOException(said("registry"), e);
                }
                Thread.sleep(100);
            }
        }
    }

    /** Interrupts what still runs and waits for it. */
    @Override
    public void close() throws InterruptedException {
        Begun registry = begun.remove("registry"); // last: the others need it to end
        begun.values().forEach(command -> command.thread.interrupt());
        for (Begun command : begun.values()) {
            command.ended.await();
        }
        if (registry != null) {
            registry.thread.interrupt();
            registry.ended.await();
        }
    }
}
