package dev.longstream.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the handler of a method and a path. A pattern is a path in which an asterisk matches any one segment. The first pattern that
 * matches decides.
 */
public final class RouteTable {
    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;

    private final List<Route> routes = new ArrayList<>();

    /** Binds a method and a path pattern to a handler. */
    private record Route(String method, String text, List<String> pattern, HttpAnswer.Handler handler) {
        boolean fits(List<String> path) {
            if (path.size() != pattern.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!pattern.get(i).equals("*") && !pattern.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Adds a route. Call it before the server starts. */
    public RouteTable add(String method, String pattern, HttpAnswer.Handler handler) {
        List<String> parts = Arrays.stream(pattern.split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        routes.add(new Route(method, pattern, parts, handler));
        return this;
    }

    /**
     * Returns the handler of the route that matches method and path.
     *
     * @throws HttpError with status 404 if no pattern matches the path, and 405 if a pattern matches but with other
     *     methods
     */
    HttpAnswer.Handler find(String method, List<String> path, ErrorFormat errors) {
        String asked = "/" + String.join("/", path);
        List<Route> fitting = routes.stream().filter(route -> route.fits(path)).toList();
        if (fitting.isEmpty()) {
            String known = routes.stream().map(Route::text).distinct().collect(Collectors.joining(", "));
            throw errors.error(NOT_FOUND, "there is no " + asked + ", expected one of " + known);
        }
        return fitting.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> errors.error(
                        WRONG_METHOD,
                        asked + " takes "
                                + fitting.stream().map(Route::method).collect(Collectors.joining(" or ")) + ", not "
                                + method))
                .handler();
    }
}
