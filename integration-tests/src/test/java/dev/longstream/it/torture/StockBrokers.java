package dev.longstream.it.torture;

import dev.longstream.it.CommandProcess;
import dev.longstream.testing.CutProxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Stock brokers, each in a process of its own, which are the controllers, too. One broker is reached by each client through a
 * listener and a proxy of the client's own, and by this class without a proxy. Several brokers have one listener each.
 */
final class StockBrokers {
    private static final String HARNESS = "HARNESS";

    private final Path folder;
    private final List<Integer> ports;
    private final List<Integer> controllerPorts;
    private final Map<String, CutProxy> proxies = new LinkedHashMap<>();
    private final List<JavaProcess> processes = new ArrayList<>();

    /**
     * Writes the brokers' configuration.
     *
     * @param clients names of the processes that get a proxy, where there is one broker
     */
    StockBrokers(Path folder, int count, List<String> clients) throws IOException {
        this.folder = folder;
        this.ports = freePorts(count);
        this.controllerPorts = freePorts(count);
        for (int node = 1; node <= count; node++) {
            processes.add(write(node, count == 1 ? clients : List.of()));
        }
    }

    private static List<Integer> freePorts(int count) {
        return IntStream.range(0, count)
                .mapToObj(node -> TortureCluster.freePort())
                .toList();
    }

    /** Writes the settings of a broker with Kafka's defaults, except for what one broker alone needs. */
    private JavaProcess write(int node, List<String> behindProxies) throws IOException {
        int clientPort = ports.get(node - 1);
        List<String> listeners = new ArrayList<>(List.of("CONTROLLER://127.0.0.1:" + controllerPorts.get(node - 1)));
        List<String> advertised = new ArrayList<>();
        listen(listeners, advertised, HARNESS, clientPort, clientPort);
        for (String client : behindProxies) {
            int port = TortureCluster.freePort();
            CutProxy proxy = new CutProxy(port);
            proxies.put(client, proxy);
            listen(listeners, advertised, client.replace("-", "").toUpperCase(Locale.ROOT), port, proxy.port());
        }
        List<String> settings = new ArrayList<>(List.of(
                "process.roles=broker,controller",
                "node.id=" + node,
                "controller.quorum.voters=" + voters(),
                "controller.listener.names=CONTROLLER",
                "inter.broker.listener.name=" + HARNESS,
                "listeners=" + String.join(",", listeners),
                "advertised.listeners=" + String.join(",", advertised),
                "listener.security.protocol.map="
                        + listeners.stream()
                                .map(each -> each.substring(0, each.indexOf(':')) + ":PLAINTEXT")
                                .collect(Collectors.joining(",")),
                "log.dirs=" + folder.resolve("kafka-" + node),
                "num.network.threads=1")); // for each of the listeners
        if (ports.size() == 1) {
            settings.addAll(List.of(
                    "offsets.topic.replication.factor=1",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.min.isr=1",
                    "share.coordinator.state.topic.replication.factor=1",
                    "share.coordinator.state.topic.min.isr=1"));
        }
        String name = ports.size() == 1 ? TortureCluster.BROKER : TortureCluster.BROKER + "-" + node;
        Files.write(properties(node), settings);
        List<String> command = CommandProcess.java(List.of("-Xmx512m"), "kafka.Kafka");
        command.add(properties(node).toString());
        return new JavaProcess(name, command, folder.resolve(name + ".log"));
    }

    private String voters() {
        return IntStream.rangeClosed(1, ports.size())
                .mapToObj(node -> node + "@127.0.0.1:" + controllerPorts.get(node - 1))
                .collect(Collectors.joining(","));
    }

    private static void listen(
            List<String> listeners, List<String> advertised, String name, int port, int advertisedPort) {
        listeners.add(name + "://127.0.0.1:" + port);
        advertised.add(name + "://127.0.0.1:" + advertisedPort);
    }

    /** Returns the file of a broker's settings; nodes are numbered from 1. */
    Path properties(int node) {
        return folder.resolve("broker-" + node + ".properties");
    }

    List<JavaProcess> processes() {
        return processes;
    }

    /** Returns the ports without a proxy, by node. */
    List<Integer> ports() {
        return ports;
    }

    Map<String, CutProxy> proxies() {
        return proxies;
    }

    /** Returns the addresses of the brokers without proxies. */
    String bootstrap() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Returns the addresses for a client, behind its proxy if it has one. */
    String bootstrap(String client) {
        CutProxy proxy = proxies.get(client);
        return proxy == null ? bootstrap() : "127.0.0.1:" + proxy.port();
    }
}
