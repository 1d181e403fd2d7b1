package dev.longstream.stack.broker;

import dev.longstream.stack.failure.StackException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A Kafka broker with its own KRaft controller. Acknowledged records survive {@code kill -9}. */
public final class EmbeddedBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final TransactionWatch transactions;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, TransactionWatch transactions, String bootstrapServers) {
        this.server = server;
        this.transactions = transactions;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts the broker and returns once it serves requests.
     *
     * @param folder folder of the broker's log; created and formatted if missing
     * @param host address to listen on
     * @param port port for clients
     * @param controllerPort port of the controller, for the broker itself
     * @param login login that clients need; another one than at the last start is fine
     * @throws IOException if the folder cannot be written
     * @throws StackException if Kafka does not start
     */
    public static EmbeddedBroker start(Path folder, String host, int port, int controllerPort, Login login)
            throws IOException {
        return start(folder, host, port, controllerPort, login, Map.of(), TransactionWatch.BETWEEN_LOOKS);
    }

    /**
     * Starts the broker with further settings.
     *
     * @param more settings that replace those of {@link BrokerProperties}, e.g. an authorizer
     * @param betweenLooks time between two searches for hanging transactions
     */
    static EmbeddedBroker start(
            Path folder,
            String host,
            int port,
            int controllerPort,
            Login login,
            Map<String, String> more,
            Duration betweenLooks)
            throws IOException {
        refuseLocale(Locale.getDefault(), Locale.getDefault(Locale.Category.FORMAT));
        refuseComma(folder);
        boolean isNew = !Files.exists(folder);
        if (isNew) {
            format(folder, host, controllerPort);
        }
        Map<String, String> properties = BrokerProperties.of(folder, host, port, controllerPort, login);
        properties.putAll(more);
        KafkaRaftServer server = null;
        try {
            if (!isNew && LeftSession.isIn(folder)) {
                LeftSession.end(BrokerProperties.ofController(folder, host, controllerPort, login));
            }
            server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            String bootstrapServers = host + ":" + port;
            TransactionWatch transactions = TransactionWatch.start(bootstrapServers, login, betweenLooks);
            return new EmbeddedBroker(server, transactions, bootstrapServers);
        } catch (RuntimeException | LinkageError e) {
            if (server != null) { // its threads would keep the process alive
                server.shutdown();
                server.awaitShutdown();
            }
            throw new StackException("the broker did not start on " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Returns host:port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        transactions.close();
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * Refuses a locale under which Kafka reads its own names and file names wrongly: it changes the case of words by the
     * default locale, and writes offsets into file names with that locale's digits.
     */
    private static void refuseLocale(Locale words, Locale numbers) {
        boolean plainWords =
                "I".toLowerCase(words).equals("i") && "i".toUpperCase(words).equals("I");
        boolean plainNumbers = DecimalFormatSymbols.getInstance(numbers).getZeroDigit() == '0';
        if (!plainWords || !plainNumbers) {
            throw new StackException("Kafka's broker does not start where Java's default locale is "
                    + (plainWords ? numbers : words)
                    + "; call Locale.setDefault(Locale.ROOT) first, or start Java with -Duser.language=en");
        }
    }

    private static void refuseComma(Path folder) {
        if (folder.toString().contains(",")) {
            throw new StackException(
                    "the broker's folder " + folder + " has a comma in it, and Kafka takes what a comma"
                            + " parts for two folders; choose a folder without one");
        }
    }

    /** Writes a new cluster's first files beside the folder and moves them there at once, so none is ever half made. */
    private static void format(Path folder, String host, int controllerPort) throws IOException {
        Path half = folder.resolveSibling(folder.getFileName() + ".formatting");
        deleteIfThere(half);
        Files.createDirectories(half);
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(BrokerProperties.NODE_ID)
                .setDirectories(List.of(half.toString()))
                .setMetadataLogDirectory(half.toString())
                .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setInitialControllers(DynamicVoters.parse(
                        BrokerProperties.NODE_ID + "@" + host + ":" + controllerPort + ":" + Uuid.randomUuid()))
                .setHasDynamicQuorum(true);
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new StackException("cannot format " + folder + " for the broker: " + e.getMessage(), e);
        }
        Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void deleteIfThere(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
