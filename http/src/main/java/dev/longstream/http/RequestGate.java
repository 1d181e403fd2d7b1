package dev.longstream.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Refuses requests by their head, before a byte of their body is read. */
final class RequestGate {
    private static final int UNAUTHENTICATED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_LONG = 413;
    private static final int WRONG_TYPE = 415;
    private static final String JSON = "application/json";

    private final ServerSettings settings;
    private final ErrorFormat errors;
    private final boolean onlyForThisMachine;

    RequestGate(ServerSettings settings, ErrorFormat errors) {
        this.settings = settings;
        this.errors = errors;
        this.onlyForThisMachine = ServerAccess.isLoopback(settings.host());
    }

    /** Returns whether a request has a body, as far as its head tells. */
    static boolean hasBody(Request request) {
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING) || announcedBytes(request) > 0;
    }

    private static long announcedBytes(Request request) {
        String length = request.getHeaders().get(HttpHeader.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length); // the HTTP parser has refused what is no number
    }

    /**
     * Checks a request's head.
     *
     * @throws HttpError 401 without valid credentials, 403 if the request is meant for another host, 413 if the body is too long, 415
     *     if the body is no JSON
     */
    void check(Request request) {
        checkHost(request);
        boolean open = settings.publicPaths().contains(request.getHttpURI().getPath());
        if (!open
                && !settings.access()
                        .authentication()
                        .admits(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            throw errors.error(
                    UNAUTHENTICATED,
                    "the request has no valid credentials, expected the header Authorization: "
                            + settings.access().authentication().example());
        }
        if (announcedBytes(request) > settings.limits().maxBodyBytes()) {
            throw errors.error(TOO_LONG, Bodies.tooLong(settings.limits().maxBodyBytes()));
        }
        if (hasBody(request)) {
            checkType(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        }
    }

    /**
     * Refuses requests for other names on a server that trusts every client of this machine. A page of another site can give its own
     * name this machine's address; the browser would then let it read the answers.
     */
    private void checkHost(Request request) {
        if (!onlyForThisMachine || settings.access().authentication().isRequired()) {
            return;
        }
        String header = request.getHeaders().get(HttpHeader.HOST);
        if (header != null && !isThisMachine(nameIn(header))) {
            throw errors.error(
                    FORBIDDEN,
                    "the request is for the host " + header
                            + ", but this server answers for localhost and 127.0.0.1 alone");
        }
    }

    /** Returns the name in {@code name:port}, without brackets around an address. */
    private static String nameIn(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') : host.indexOf(':');
        return host.substring(host.startsWith("[") ? 1 : 0, end < 0 ? host.length() : end);
    }

    private boolean isThisMachine(String name) {
        return name.equalsIgnoreCase("localhost")
                || name.equalsIgnoreCase(settings.host())
                || name.equals("::1")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /** Refuses the types that a page of another site may send without asking the server first. */
    private void checkType(@Nullable String header) {
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean json = type.equals(JSON)
                || type.equals(settings.contentType())
                || (type.startsWith("application/") && type.endsWith("+json"));
        if (!json) {
            throw errors.error(
                    WRONG_TYPE,
                    "the body has " + (type.isEmpty() ? "no Content-Type" : "Content-Type " + type) + ", expected "
                            + JSON);
        }
    }
}
