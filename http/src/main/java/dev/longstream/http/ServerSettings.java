package dev.longstream.http;

import java.util.Set;

/**
 * Address, limits and access rules of a server.
 *
 * @param host name or address of the interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
 * @param port port; 0: any free port
 * @param name prefix of the names of its threads
 * @param contentType media type of JSON answers, which requests may have, too, beside {@code application/json}
 * @param publicPaths paths that need no authentication, such as a health check
 * @param limits limits of clients
 * @param access who may connect
 */
public record ServerSettings(
        String host,
        int port,
        String name,
        String contentType,
        Set<String> publicPaths,
        ServerLimits limits,
        ServerAccess access) {
    /** Copies the paths. */
    public ServerSettings {
        publicPaths = Set.copyOf(publicPaths);
    }
}
