package dev.longstream.http;

/**
 * Says where a server listens and what it takes on.
 *
 * @param host         name or address of the interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
 * @param port         0 takes any free one
 * @param name         begins the names of its threads
 * @param maxThreads   requests that are answered at the same time; further ones wait
 * @param maxBodyBytes a longer body is refused with status 413
 * @param contentType  media type of JSON answers
 */
public record ServerSettings(
        String host, int port, String name, int maxThreads, int maxBodyBytes, String contentType) {}
