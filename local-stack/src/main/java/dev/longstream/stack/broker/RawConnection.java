package dev.longstream.stack.broker;

import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection to the embedded broker for requests that no client of Kafka sends. */
final class RawConnection implements AutoCloseable {
    private static final String CLIENT_ID = "longstream";

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.out = new DataOutputStream(socket.getOutputStream());
        this.in = new DataInputStream(socket.getInputStream());
    }

    /**
     * Connects and authenticates.
     *
     * @param bootstrapServers host:port of the broker
     * @throws IOException if the broker does not answer or refuses the login
     */
    static RawConnection open(String bootstrapServers, Login login) throws IOException {
        int colon = bootstrapServers.lastIndexOf(':');
        int port = Integer.parseInt(bootstrapServers.substring(colon + 1));
        RawConnection connection = new RawConnection(new Socket(bootstrapServers.substring(0, colon), port));
        try {
            connection.authenticate(login);
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void authenticate(Login login) throws IOException {
        SaslHandshakeRequestData handshake = new SaslHandshakeRequestData().setMechanism(BrokerProperties.MECHANISM);
        send(new SaslHandshakeRequest.Builder(handshake).build());
        byte[] token = ("\0" + login.user() + "\0" + login.password()).getBytes(StandardCharsets.UTF_8);
        SaslAuthenticateRequestData data = new SaslAuthenticateRequestData().setAuthBytes(token);
        SaslAuthenticateResponse answer =
                (SaslAuthenticateResponse) send(new SaslAuthenticateRequest.Builder(data).build());
        if (answer.error().code() != 0) {
            throw new IOException("the broker refused the login: " + answer.errorMessage());
        }
    }

    /** Sends a request and returns the broker's answer. */
    AbstractResponse send(AbstractRequest request) throws IOException {
        ApiKeys api = request.apiKey();
        RequestHeader header = new RequestHeader(api, request.version(), CLIENT_ID, 1);
        ByteBuffer bytes = request.serializeWithHeader(header);
        out.writeInt(bytes.remaining());
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        out.flush();
        return AbstractResponse.parseResponse(ByteBuffer.wrap(in.readNBytes(in.readInt())), header);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
