package dev.longstream.http;

/**
 * Address and limits of a server.
 *
 * @param host name or address of the interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
 * @param port port; 0: any free port
 * @param name prefix of the names of its threads
 * @param maxThreads maximum number of requests answered at the same time; others wait
 * @param maxBodyBytes largest body in bytes; a larger one is refused with status 413
 * @param contentType media type of JSON answers
 */
public record ServerSettings(
        String host, int port, String name, int maxThreads, int maxBodyBytes, String contentType) {}
