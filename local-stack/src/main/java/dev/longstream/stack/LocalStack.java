package dev.longstream.stack;

import dev.longstream.files.FolderLock;
import dev.longstream.files.PrivateFiles;
import dev.longstream.registry.SchemaRegistry;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.stack.broker.EmbeddedBroker;
import dev.longstream.stack.broker.Login;
import dev.longstream.stack.failure.StackException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A KRaft broker and a Confluent-compatible schema registry in this process, on a folder that survives restarts and
 * {@code kill -9}. Loopback only, for one machine: one broker, every topic with one replica. The broker asks for a password,
 * which is in files that only their owner can read.
 */
public final class LocalStack implements AutoCloseable {
    private static final String LOCK = "stack.lock";
    private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

    /**
     * Folder and ports of the stack.
     *
     * @param folder everything is kept here; created if missing
     * @param brokerPort port of the broker; 0 takes the port of last time if it is free, else any
     * @param registryPort port of the registry; 0 takes the port of last time if it is free, else any
     */
    public record Settings(Path folder, int brokerPort, int registryPort) {
        /** A stack on any free ports. */
        public static Settings in(Path folder) {
            return new Settings(folder, 0, 0);
        }
    }

    /**
     * A stack that is up in some live process.
     *
     * @param pid that process
     * @param bootstrapServers host:port of its broker
     * @param registryUrl address of its registry
     * @param clientProperties settings with which a Kafka client connects, a password among them
     */
    public record Running(long pid, String bootstrapServers, String registryUrl, Map<String, String> clientProperties) {
        @Override
        public String toString() {
            return bootstrapServers + " of process " + pid; // a record would print the password
        }
    }

    private final FolderLock lock;
    private final EmbeddedBroker broker;
    private final SchemaRegistry registry;
    private final Login login;

    private LocalStack(FolderLock lock, EmbeddedBroker broker, SchemaRegistry registry, Login login) {
        this.lock = lock;
        this.login = login;
        this.broker = broker;
        this.registry = registry;
    }

    /**
     * Starts the stack, formatting the folder the first time; the same cluster id, records and schemas are there after
     * every restart. Returns when both answer.
     *
     * @throws StackException if a port is in use, another live process holds the folder, the folder cannot be written,
     *     or what it holds cannot be read
     */
    public static LocalStack start(Settings settings) {
        Path folder = settings.folder().toAbsolutePath().normalize();
        @Nullable FolderLock lock = null;
        @Nullable EmbeddedBroker broker = null;
        @Nullable SchemaRegistry registry = null;
        try {
            PrivateFiles.createFolders(folder);
            lock = FolderLock.take(folder, LOCK).orElse(null);
            if (lock == null) {
                throw heldByAnother(folder);
            }
            Optional<StackFile> last = StackFile.read(folder);
            int brokerPort = Ports.choose(
                    settings.brokerPort(), last.map(StackFile::brokerPort).orElse(0), "broker", "--broker-port");
            int registryPort = Ports.choose(
                    settings.registryPort(),
                    last.map(StackFile::registryPort).orElse(0),
                    "schema registry",
                    "--registry-port");
            int controllerPort =
                    Ports.choose(0, last.map(StackFile::controllerPort).orElse(0), "controller", "--broker-port");
            Login login = last.map(StackFile::password).map(Login::of).orElseGet(Login::random);
            broker = EmbeddedBroker.start(folder.resolve("kafka"), Ports.LOOPBACK, brokerPort, controllerPort, login);
            Map<String, Object> client = new HashMap<>(login.clientProperties());
            client.put("bootstrap.servers", broker.bootstrapServers());
            registry = SchemaRegistry.start(
                    client, Ports.LOOPBACK, Ports.stillFree(registryPort, settings.registryPort()), (short) 1);
            new StackFile(
                            ProcessHandle.current().pid(),
                            broker.bootstrapServers(),
                            registry.url(),
                            brokerPort,
                            controllerPort,
                            registry.port(),
                            login.password())
                    .write(folder);
            LOG.info(
                    "broker {} and schema registry {} are up on {}", broker.bootstrapServers(), registry.url(), folder);
            return new LocalStack(lock, broker, registry, login);
        } catch (IOException e) {
            closeAfter(e, registry, broker, lock);
            throw new StackException("cannot write in the folder " + folder + " (" + e + "); choose another", e);
        } catch (SchemaRegistryException e) {
            closeAfter(e, registry, broker, lock);
            throw new StackException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            closeAfter(e, registry, broker, lock);
            throw e;
        }
    }

    /** The stack that some live process, perhaps this one, has up on the folder; empty if there is none. */
    public static Optional<Running> running(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                return Optional.empty();
            }
            Optional<Long> holder = FolderLock.holder(folder, LOCK);
            return StackFile.read(folder)
                    .filter(file -> holder.isPresent() && holder.get() == file.pid()) // else it is still starting
                    .map(file -> new Running(
                            file.pid(), file.bootstrapServers(), file.registryUrl(), file.clientProperties()));
        } catch (IOException e) {
            throw new StackException("cannot read the folder " + folder + " (" + e + ")", e);
        }
    }

    /** host:port of the broker. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Address of the registry, e.g. {@code http://127.0.0.1:8081}. */
    public String registryUrl() {
        return registry.url();
    }

    /** Settings with which a Kafka client connects to the broker, a password among them. */
    public Map<String, String> clientProperties() {
        return login.clientProperties();
    }

    /** Stops the registry, then the broker, and lets go of the folder. */
    @Override
    public void close() {
        registry.close();
        broker.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new StackException("could not let go of the folder (" + e + ")", e);
        }
    }

    private static StackException heldByAnother(Path folder) throws IOException {
        Optional<Long> pid = FolderLock.holder(folder, LOCK);
        String where = running(folder)
                .map(up -> " (broker " + up.bootstrapServers() + ", schema registry " + up.registryUrl() + ")")
                .orElse(", which is still starting");
        return new StackException("the folder " + folder + " is in use by process "
                + pid.map(String::valueOf).orElse("(unknown)") + where
                + "; stop that process, or choose another folder");
    }

    private static void closeAfter(Exception failure, @Nullable AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    failure.addSuppressed(e);
                }
            }
        }
    }
}
