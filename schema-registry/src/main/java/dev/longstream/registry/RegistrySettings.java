package dev.longstream.registry;

import dev.longstream.http.ServerAccess;

/**
 * Says where a schema registry listens and whom it answers.
 *
 * @param host name or address of the interface to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all
 * @param port port to listen on; 0 for any free port
 * @param replicas replication factor of the topic {@code _schemas}, if it has to be created
 * @param access who may connect; beyond this machine it must ask for a password, or allow everybody
 * @param readOnly whether every write is refused with status 405. A read-only registry follows the topic beside the one that writes
 */
public record RegistrySettings(String host, int port, short replicas, ServerAccess access, boolean readOnly) {
    /**
     * Checks the access.
     *
     * @throws SchemaRegistryException if others than this machine reach the interface and need no password
     */
    public RegistrySettings {
        if (!access.suffices(host)) {
            throw new SchemaRegistryException(
                    "the schema registry is to listen on " + host
                            + ", which others than this machine reach, but its access has neither authentication nor insecureNetwork");
        }
    }
}
