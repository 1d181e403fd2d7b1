package dev.longstream.dashboard;

import dev.longstream.http.HttpAnswer;
import dev.longstream.http.RouteTable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Files of the page, from the class path. They hold no data of a run, so they need no token. */
final class PageFiles {
    /** Lets the page load files and data of this server alone, and nobody else's page show it in a frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> OWN = List.of(
            "style/base.css",
            "style/parts.css",
            "style/trace.css",
            "script/main.js",
            "script/api.js",
            "script/dom.js",
            "script/format.js",
            "script/charts.js",
            "script/overview.js",
            "script/curves.js",
            "script/distributions.js",
            "script/curriculum.js",
            "script/trace.js",
            "script/answer.js",
            "script/compare.js",
            "icon.svg");

    private final Map<String, String> resources = new LinkedHashMap<>();

    PageFiles() {
        resources.put("/", "page/index.html");
        OWN.forEach(name -> resources.put("/" + name, "page/" + name));
        resources.put("/lib/uplot.js", UPLOT + "uPlot.esm.js");
        resources.put("/lib/uplot.css", UPLOT + "uPlot.min.css");
    }

    /** Returns the paths of the files. */
    Set<String> paths() {
        return resources.keySet();
    }

    void addTo(RouteTable routes) {
        resources.forEach((path, resource) -> {
            HttpAnswer.Content content = new HttpAnswer.Content(
                    text(resource),
                    Objects.requireNonNull(TYPES.get(resource.substring(resource.lastIndexOf('.') + 1))),
                    Map.of(
                            "Content-Security-Policy", POLICY,
                            "X-Content-Type-Options", "nosniff",
                            "Referrer-Policy", "no-referrer",
                            "Cross-Origin-Resource-Policy", "same-origin",
                            "Cache-Control", "no-cache"));
            routes.add("GET", path, request -> content);
        });
    }

    private static String text(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The class path has no " + resource + ", a file of the dashboard's page");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The dashboard's file " + resource + " cannot be read", e);
        }
    }
}
