package dev.longstream.http;

/** Tells whether the client of a request is still connected. Only the request's thread may ask. */
@FunctionalInterface
public interface ClientPresence {
    /**
     * Returns normally while the client is connected.
     *
     * @throws ClientGoneException when the client has closed the connection, or its half of it
     */
    void check();
}
