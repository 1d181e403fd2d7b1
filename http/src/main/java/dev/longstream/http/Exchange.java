package dev.longstream.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.longstream.http.ServedListener.ServedRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** One request and its answer. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHENTICATED = 401;
    private static final int CLIENT_GONE = 499;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    private final ServerSettings settings;
    private final ErrorFormat errors;
    private final InstantSource clock;
    private final ServedListener listener;
    private final Request request;
    private final Response response;
    private final Callback end;
    private final Instant began;
    private final ReadAhead client;

    /**
     * Creates the exchange of a request whose head has arrived.
     *
     * @param end completed when the answer is sent
     */
    Exchange(
            ServerSettings settings,
            ErrorFormat errors,
            InstantSource clock,
            ServedListener listener,
            Request request,
            Response response,
            Callback end) {
        this.settings = settings;
        this.errors = errors;
        this.clock = clock;
        this.listener = listener;
        this.request = request;
        this.response = response;
        this.end = end;
        this.began = clock.instant();
        this.client =
                new ReadAhead(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    /** Answers with an error. */
    void refuse(HttpError error) {
        report(error.status(), error.body());
        send(error.status(), error.retryAfterSeconds(), error.body());
    }

    /** Ends the exchange with a client that has gone. */
    void abandon(Throwable cause) {
        report(CLIENT_GONE, MissingNode.getInstance());
        end.failed(cause instanceof ClientGoneException ? new EofException(cause) : cause); // Jetty logs other causes
    }

    /** Finds the handler and sends its answer. Returns when the answer is handed to the network. */
    void answer(RouteTable routes, byte[] bytes) {
        EventStream events = new EventStream(response);
        try {
            HttpAnswer found = found(routes, bytes);
            if (found instanceof HttpAnswer.Content content) {
                report(OK, MissingNode.getInstance());
                send(content);
                return;
            }
            JsonNode body = found instanceof HttpAnswer.Events source
                    ? source.source().sendTo(events)
                    : ((HttpAnswer.JsonAnswer) found).body();
            report(OK, body);
            if (events.hasBegun()) {
                endEvents();
            } else {
                send(OK, 0, body);
            }
        } catch (ClientGoneException gone) {
            abandon(gone);
        } catch (Exception e) {
            HttpError error = described(e);
            if (events.hasBegun()) {
                report(error.status(), error.body());
                sendLast(events, error.body());
            } else {
                refuse(error);
            }
        }
    }

    private HttpAnswer found(RouteTable routes, byte[] bytes) throws InterruptedException {
        HttpURI uri = request.getHttpURI();
        IncomingRequest incoming;
        HttpAnswer.Handler handler;
        try {
            List<String> path = IncomingRequest.path(uri.getPath());
            handler = routes.find(request.getMethod(), path, errors);
            incoming = new IncomingRequest(
                    request.getMethod(), path, IncomingRequest.query(uri.getQuery()), json(bytes), client);
        } catch (IllegalArgumentException e) {
            throw errors.error(BAD_REQUEST, "the address cannot be decoded: " + e.getMessage());
        }
        return handler.answer(incoming);
    }

    private JsonNode json(byte[] body) {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw errors.error(BAD_REQUEST, "the body is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw errors.error(BAD_REQUEST, "the body cannot be read: " + e.getMessage());
        }
    }

    private HttpError described(Exception failure) {
        if (failure instanceof HttpError error) {
            return error;
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return errors.error(UNAVAILABLE, "the server is stopping");
        }
        LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), failure);
        return errors.error(FAILED, "an error in this server: " + failure);
    }

    private void report(int status, JsonNode body) {
        String path = String.valueOf(request.getHttpURI().getPath());
        long millis = clock.millis() - began.toEpochMilli();
        listener.onServed(new ServedRequest(began, request.getMethod(), path, status, millis, body));
    }

    private void send(int status, int retryAfterSeconds, JsonNode body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, settings.contentType());
        if (retryAfterSeconds > 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, retryAfterSeconds);
        }
        if (status == UNAUTHENTICATED) {
            response.getHeaders()
                    .put(
                            HttpHeader.WWW_AUTHENTICATE,
                            settings.access().authentication().challenge());
        }
        send(bytes(body));
    }

    private void send(HttpAnswer.Content content) {
        response.setStatus(OK);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.mediaType());
        content.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        send(content.text().getBytes(StandardCharsets.UTF_8));
    }

    private void send(byte[] bytes) {
        if (client.isSpoiled()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), end);
    }

    /** Sends an error as an event, because the status was sent before the first event. */
    private void sendLast(EventStream events, JsonNode error) {
        try {
            events.send(error);
            endEvents();
        } catch (ClientGoneException gone) {
            end.failed(gone);
        }
    }

    /** Sends the end of the events, and closes a connection whose next request is damaged. */
    private void endEvents() {
        Callback last = client.isSpoiled()
                ? Callback.from(
                        end,
                        () -> request.getConnectionMetaData().getConnection().close())
                : end;
        response.write(true, ByteBuffer.allocate(0), last);
    }

    static byte[] bytes(JsonNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
