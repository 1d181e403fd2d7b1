package dev.longstream.http;

import java.io.IOException;

/** Signals that the client has closed its connection. */
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super("the client has closed the connection: " + cause.getMessage(), cause);
    }
}
