package dev.longstream.http;

import java.io.IOException;

/** Says that the client has closed its connection, so that nobody reads the answer. */
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super("the client has closed the connection: " + cause.getMessage(), cause);
    }
}
