package dev.longstream.stack;

import dev.longstream.registry.SchemaRegistry;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.stack.broker.EmbeddedBroker;
import dev.longstream.stack.failure.StackException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Kafka broker and a Confluent-compatible schema registry inside this process, on a folder that survives restarts and
 * {@code kill -9}. Serves one machine: it listens on the loopback interface only, and every topic has one replica.
 */
public final class LocalStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

    /**
     * Folder and ports of a stack.
     *
     * @param folder folder with all data of the stack; created if missing
     * @param brokerPort port of the broker; 0 uses the port of the last start if it is free, else any free port
     * @param registryPort port of the registry; 0 uses the port of the last start if it is free, else any free port
     */
    public record Settings(Path folder, int brokerPort, int registryPort) {
        /** Returns settings for any free ports. */
        public static Settings in(Path folder) {
            return new Settings(folder, 0, 0);
        }
    }

    /**
     * A stack that runs in some live process.
     *
     * @param pid id of the process
     * @param bootstrapServers host:port of the broker
     * @param registryUrl base URL of the registry
     */
    public record Running(long pid, String bootstrapServers, String registryUrl) {}

    private final FolderLock lock;
    private final EmbeddedBroker broker;
    private final SchemaRegistry registry;

    private LocalStack(FolderLock lock, EmbeddedBroker broker, SchemaRegistry registry) {
        this.lock = lock;
        this.broker = broker;
        this.registry = registry;
    }

    /**
     * Starts the stack and returns when broker and registry serve requests. The first start formats the folder; cluster id,
     * records and schemas survive every restart.
     *
     * @throws StackException if a port is in use, another live process uses the folder, the folder cannot be written, or
     *     its content cannot be read
     */
    public static LocalStack start(Settings settings) {
        Path folder = settings.folder().toAbsolutePath().normalize();
        FolderLock lock = null;
        EmbeddedBroker broker = null;
        SchemaRegistry registry = null;
        try {
            Files.createDirectories(folder);
            lock = FolderLock.acquire(folder).orElse(null);
            if (lock == null) {
                throw inUse(folder);
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
            broker = EmbeddedBroker.start(folder.resolve("kafka"), Ports.LOOPBACK, brokerPort, controllerPort);
            registry = SchemaRegistry.start(
                    broker.bootstrapServers(),
                    Ports.LOOPBACK,
                    Ports.stillFree(registryPort, settings.registryPort()),
                    (short) 1);
            new StackFile(
                            ProcessHandle.current().pid(),
                            broker.bootstrapServers(),
                            registry.url(),
                            brokerPort,
                            controllerPort,
                            registry.port())
                    .write(folder);
            LOG.info(
                    "broker {} and schema registry {} are running on {}",
                    broker.bootstrapServers(),
                    registry.url(),
                    folder);
            return new LocalStack(lock, broker, registry);
        } catch (IOException e) {
            closeAfter(e, registry, broker, lock);
            throw new StackException("cannot write to the folder " + folder + " (" + e + "); choose another folder", e);
        } catch (SchemaRegistryException e) {
            closeAfter(e, registry, broker, lock);
            throw new StackException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            closeAfter(e, registry, broker, lock);
            throw e;
        }
    }

    /** Returns the stack that a live process, perhaps this one, runs on the folder; empty if there is none. */
    public static Optional<Running> running(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                return Optional.empty();
            }
            Optional<Long> owner = FolderLock.owner(folder);
            return StackFile.read(folder)
                    .filter(file -> owner.isPresent() && owner.get() == file.pid()) // else it is still starting
                    .map(file -> new Running(file.pid(), file.bootstrapServers(), file.registryUrl()));
        } catch (IOException e) {
            throw new StackException("cannot read the folder " + folder + " (" + e + ")", e);
        }
    }

    /** Returns host:port of the broker. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Returns the base URL of the registry, e.g. {@code http://127.0.0.1:8081}. */
    public String registryUrl() {
        return registry.url();
    }

    /** Stops the registry, then the broker, and releases the folder. */
    @Override
    public void close() {
        registry.close();
        broker.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new StackException("the lock of the stack's folder cannot be released (" + e + ")", e);
        }
    }

    private static StackException inUse(Path folder) throws IOException {
        Optional<Long> pid = FolderLock.owner(folder);
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
