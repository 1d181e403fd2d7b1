package dev.longstream.stack.broker;

import dev.longstream.testing.KeyFiles;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A broker in this process with SASL/SCRAM over TLS, an authorizer that allows nothing by itself, and a user for each role.
 * The broker and its administrator use the listener that every embedded broker has.
 */
public final class SecuredBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Login ADMINISTRATOR = Login.of("administrator-secret");
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    private static final int SCRAM_ITERATIONS = 4096;

    private final EmbeddedBroker broker;
    private final Path folder;
    private final KeyFiles keys;
    private final int port;

    private SecuredBroker(EmbeddedBroker broker, Path folder, KeyFiles keys, int port) {
        this.broker = broker;
        this.folder = folder;
        this.keys = keys;
        this.port = port;
    }

    /** Starts the broker; {@code users} have passwords and no rights. */
    public static SecuredBroker start(Path folder, Collection<String> users) throws Exception {
        KeyFiles keys = KeyFiles.write(folder.resolve("keys"));
        Path log = folder.resolve("kafka");
        int administratorPort = freePort();
        int controllerPort = freePort();
        int port = freePort();
        String listener = ",SECURED://" + HOST + ":" + port;
        Map<String, String> usual = BrokerProperties.of(log, HOST, administratorPort, controllerPort, ADMINISTRATOR);
        Map<String, String> more = new HashMap<>(Map.of(
                "authorizer.class.name",
                RecordingAuthorizer.class.getName(),
                "super.users",
                "User:" + ADMINISTRATOR.user(),
                "listener.name.secured.sasl.enabled.mechanisms",
                ScramMechanism.SCRAM_SHA_512.mechanismName(),
                "listener.name.secured.scram-sha-512.sasl.jaas.config",
                SCRAM + ";",
                "listener.name.secured.ssl.keystore.type",
                "PKCS12",
                "listener.name.secured.ssl.keystore.location",
                keys.keyStore().toString(),
                "listener.name.secured.ssl.keystore.password",
                KeyFiles.PASSWORD));
        more.put("listeners", usual.get("listeners") + listener);
        more.put("advertised.listeners", usual.get("advertised.listeners") + listener);
        more.put("listener.security.protocol.map", usual.get("listener.security.protocol.map") + ",SECURED:SASL_SSL");
        SecuredBroker started = new SecuredBroker(
                EmbeddedBroker.start(log, HOST, administratorPort, controllerPort, ADMINISTRATOR, more, NEVER),
                folder,
                keys,
                port);
        started.add(users);
        return started;
    }

    private void add(Collection<String> users) throws Exception {
        ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS);
        List<UserScramCredentialAlteration> credentials = new ArrayList<>();
        users.forEach(user -> credentials.add(new UserScramCredentialUpsertion(user, info, password(user))));
        try (Admin admin = administrator()) {
            admin.alterUserScramCredentials(credentials).all().get();
        }
    }

    /** Returns a port that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static String password(String user) {
        return user + "-secret";
    }

    /** Returns the address of the listener for the users. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Writes the client properties of a user, as for Kafka's tools. */
    public Path clientProperties(String user) throws IOException {
        return clientProperties(user, password(user));
    }

    /** Writes client properties with a password, perhaps a wrong one. */
    public Path clientProperties(String user, String password) throws IOException {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(settings(user, password)).forEach((key, value) -> lines.append(key + "=" + value + "\n"));
        return Files.writeString(folder.resolve(user + "-" + password.hashCode() + ".properties"), lines);
    }

    private Map<String, String> settings(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                ScramMechanism.SCRAM_SHA_512.mechanismName(),
                "sasl.jaas.config",
                SCRAM + " username=\"" + user + "\" password=\"" + password + "\";",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                keys.certificate().toString());
    }

    /** Opens an admin client of a user. */
    public Admin admin(String user) {
        return admin(bootstrapServers(), settings(user, password(user)));
    }

    private Admin administrator() {
        return admin(broker.bootstrapServers(), ADMINISTRATOR.clientProperties());
    }

    private static Admin admin(String bootstrapServers, Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        return Admin.create(all);
    }

    /** Returns the permission for a principal to do something. */
    public static AclBinding permission(String principal, ResourcePattern resource, AclOperation operation) {
        return new AclBinding(resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** Adds permissions. */
    public void grant(Collection<AclBinding> permissions) throws Exception {
        try (Admin admin = administrator()) {
            admin.createAcls(permissions).all().get();
        }
    }

    /** Takes a permission away. */
    public void revoke(AclBinding permission) throws Exception {
        try (Admin admin = administrator()) {
            admin.deleteAcls(List.of(permission.toFilter())).all().get();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
