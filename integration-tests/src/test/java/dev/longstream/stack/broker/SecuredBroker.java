package dev.longstream.stack.broker;

import org.apache.kafka.clients.admin.Admin;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A broker in this process with SASL/PLAIN, an authorizer that allows nothing by itself, and a user for each role. */
public final class SecuredBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Login ADMINISTRATOR = Login.of("administrator-secret");

    private final EmbeddedBroker broker;
    private final Path folder;

    private SecuredBroker(EmbeddedBroker broker, Path folder) {
        this.broker = broker;
        this.folder = folder;
    }

    /** Starts the broker; {@code users} have passwords and no rights. */
    public static SecuredBroker start(Path folder, Collection<String> users) throws IOException {
        Files.createDirectories(folder);
        StringBuilder jaas = new StringBuilder(ADMINISTRATOR.jaasOfBroker().replace(";", ""));
        users.forEach(user -> jaas.append(" user_" + user + "=\"" + password(user) + "\""));
        Map<String, String> more = Map.of(
                "authorizer.class.name", RecordingAuthorizer.class.getName(),
                "super.users", "User:" + ADMINISTRATOR.user(),
                "listener.name.clients.plain.sasl.jaas.config", jaas + ";");
        EmbeddedBroker broker =
                EmbeddedBroker.start(folder.resolve("kafka"), HOST, freePort(), freePort(), ADMINISTRATOR, more, NEVER);
        return new SecuredBroker(broker, folder);
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

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Writes the client properties of a user, as for Kafka's tools. */
    public Path clientProperties(String user) throws IOException {
        return clientProperties(user, password(user));
    }

    /** Writes client properties with a password, perhaps a wrong one. */
    public Path clientProperties(String user, String password) throws IOException {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(new Login(user, password).clientProperties())
                .forEach((key, value) -> lines.append(key + "=" + value + "\n"));
        return Files.writeString(folder.resolve(user + "-" + password.hashCode() + ".properties"), lines);
    }

    /** Opens an admin client of a user. */
    public Admin admin(String user) {
        return admin(new Login(user, password(user)));
    }

    private Admin admin(Login login) {
        Map<String, Object> settings = new HashMap<>(login.clientProperties());
        settings.put("bootstrap.servers", bootstrapServers());
        return Admin.create(settings);
    }

    /** Returns the permission for a principal to do something. */
    public static AclBinding permission(String principal, ResourcePattern resource, AclOperation operation) {
        return new AclBinding(resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** Adds permissions. */
    public void grant(Collection<AclBinding> permissions) throws Exception {
        try (Admin admin = admin(ADMINISTRATOR)) {
            admin.createAcls(permissions).all().get();
        }
    }

    /** Takes a permission away. */
    public void revoke(AclBinding permission) throws Exception {
        try (Admin admin = admin(ADMINISTRATOR)) {
            admin.deleteAcls(List.of(permission.toFilter())).all().get();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
