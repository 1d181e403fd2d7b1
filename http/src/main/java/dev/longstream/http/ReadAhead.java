package dev.longstream.http;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds out that a client has gone while its request is answered, when nobody else reads from the connection.
 *
 * <p>The end of the stream shows only when one reads, and a byte that was read cannot be put back. So a client that sends more
 * before it has its answer is taken to be there, and its connection ends with the answer; a client that pipelines has to ask
 * again on another one, as HTTP/1.1 expects of it.
 */
final class ReadAhead implements ClientPresence {
    private final EndPoint endPoint;
    private final ByteBuffer buffer = BufferUtil.allocate(1);
    private boolean spoiled;

    ReadAhead(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    @Override
    public void check() {
        if (spoiled) {
            return;
        }
        int read;
        try {
            read = endPoint.fill(buffer);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
        if (read < 0) {
            throw new ClientGoneException(new EOFException("end of stream"));
        }
        spoiled = read > 0;
    }

    /** Returns whether a byte of a further request is lost, so that the connection must end with this answer. */
    boolean isSpoiled() {
        return spoiled;
    }
}
