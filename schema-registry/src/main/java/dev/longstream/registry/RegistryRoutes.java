package dev.longstream.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.http.RouteTable;
import dev.longstream.registry.Registry.SchemaCandidate;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Confluent's REST interface: which method and path means which question to the registry, and the JSON of the answer. */
final class RegistryRoutes {
    /** The interface that is spoken here is that of this version of Confluent's registry. */
    private static final String INTERFACE_VERSION = "7.9.5";

    private static final ObjectMapper JSON = new ObjectMapper();

    private interface JsonHandler {
        JsonNode answer(IncomingRequest request);
    }

    private final Registry registry;
    private final String clusterId;
    private final RouteTable routes = new RouteTable();

    /**
     * Creates the routes of a registry.
     *
     * @param clusterId id of the Kafka cluster that keeps the schemas
     */
    RegistryRoutes(Registry registry, String clusterId) {
        this.registry = registry;
        this.clusterId = clusterId;
        subjects();
        schemas();
        compatibility();
        levels();
        modes();
        about();
    }

    RouteTable table() {
        return routes;
    }

    private void add(String method, String path, JsonHandler handler) {
        routes.add(method, path, request -> new HttpAnswer.JsonAnswer(handler.answer(request)));
    }

    private void subjects() {
        add("GET", "/subjects", request -> strings(page(request, subjects(request, registry.now()))));
        add("POST", "/subjects/*", request -> {
            String subject = subject(request, 1);
            SchemaCandidate candidate = candidate(request);
            return version(registry.now().lookUp(subject, candidate, request.flag("deleted")));
        });
        add(
                "DELETE",
                "/subjects/*",
                request -> numbers(registry.deleteSubject(subject(request, 1), request.flag("permanent"))));
        add(
                "GET",
                "/subjects/*/versions",
                request -> numbers(page(
                                request,
                                registry
                                        .now()
                                        .versions(
                                                subject(request, 1),
                                                request.flag("deleted") || request.flag("deletedOnly"))
                                        .stream()
                                        .filter(schema -> !request.flag("deletedOnly") || schema.deleted()))
                        .stream()
                        .map(StoredSchema::version)
                        .toList()));
        add("POST", "/subjects/*/versions", request -> JSON.createObjectNode()
                .put("id", registry.register(subject(request, 1), candidate(request))));
        add("GET", "/subjects/*/versions/*", request -> version(stored(request)));
        add(
                "GET",
                "/subjects/*/versions/*/schema",
                request -> json(stored(request).schema()));
        add("GET", "/subjects/*/versions/*/referencedby", request -> {
            stored(request);
            return JSON.createArrayNode(); // references are refused, so nothing refers to anything
        });
        add(
                "DELETE",
                "/subjects/*/versions/*",
                request -> IntNode.valueOf(registry.deleteVersion(
                        subject(request, 1), request.path().get(3), request.flag("permanent"))));
    }

    private static Stream<String> subjects(IncomingRequest request, RegistryView now) {
        boolean deletedOnly = request.flag("deletedOnly");
        return now.subjects(prefix(request), request.flag("deleted") || deletedOnly).stream()
                .filter(subject ->
                        !deletedOnly || now.versions(subject, true).stream().allMatch(StoredSchema::deleted));
    }

    private static Stream<StoredSchema> schemas(IncomingRequest request, RegistryView now) {
        return now.subjects(prefix(request), request.flag("deleted")).stream()
                .map(subject -> now.versions(subject, request.flag("deleted")))
                .flatMap(versions ->
                        request.flag("latestOnly") ? Stream.of(versions.get(versions.size() - 1)) : versions.stream());
    }

    private void schemas() {
        add("GET", "/schemas", request -> versions(page(request, schemas(request, registry.now()))));
        add("GET", "/schemas/types", request -> JSON.createArrayNode().add("AVRO"));
        add("GET", "/schemas/ids/*", request -> {
            RegistryView now = registry.now();
            ObjectNode found = JSON.createObjectNode().put("schema", now.schemaOf(id(request)));
            return request.flag("fetchMaxId") ? found.put("maxId", now.highestId()) : found;
        });
        add("GET", "/schemas/ids/*/schema", request -> json(registry.now().schemaOf(id(request))));
        add(
                "GET",
                "/schemas/ids/*/subjects",
                request -> strings(registry.now().withId(id(request), request.flag("deleted")).stream()
                        .map(StoredSchema::subject)
                        .distinct()
                        .toList()));
        add("GET", "/schemas/ids/*/versions", request -> {
            ArrayNode found = JSON.createArrayNode();
            registry.now().withId(id(request), request.flag("deleted")).forEach(schema -> found.addObject()
                    .put("subject", schema.subject())
                    .put("version", schema.version()));
            return found;
        });
    }

    private void compatibility() {
        add(
                "POST",
                "/compatibility/subjects/*/versions",
                request -> compatibility(request, registry.now().faults(subject(request, 2), candidate(request))));
        add(
                "POST",
                "/compatibility/subjects/*/versions/*",
                request -> compatibility(
                        request,
                        registry.now()
                                .faults(subject(request, 2), request.path().get(4), candidate(request))));
    }

    private void levels() {
        add("GET", "/config", request -> level(registry.now().level()));
        add("PUT", "/config", request -> setLevel(null, request));
        add("DELETE", "/config", request -> {
            Compatibility before = registry.now().level();
            registry.resetLevel(null);
            return level(before);
        });
        add("GET", "/config/*", request -> {
            String subject = subject(request, 1);
            return level(
                    request.flag("defaultToGlobal")
                            ? registry.now().levelOf(subject)
                            : registry.now()
                                    .ownLevel(subject)
                                    .orElseThrow(() -> RegistryError.noSubjectCompatibility(subject)));
        });
        add("PUT", "/config/*", request -> setLevel(subject(request, 1), request));
        add("DELETE", "/config/*", request -> {
            String subject = subject(request, 1);
            Compatibility before =
                    registry.now().ownLevel(subject).orElseThrow(() -> RegistryError.subjectNotFound(subject));
            registry.resetLevel(subject);
            return level(before);
        });
    }

    private void modes() {
        add("GET", "/mode", request -> mode(registry.now().mode()));
        add("PUT", "/mode", request -> setMode(null, request));
        add("GET", "/mode/*", request -> {
            String subject = subject(request, 1);
            return mode(
                    request.flag("defaultToGlobal")
                            ? registry.now().modeOf(subject)
                            : registry.now().ownMode(subject).orElseThrow(() -> RegistryError.noSubjectMode(subject)));
        });
        add("PUT", "/mode/*", request -> setMode(subject(request, 1), request));
        add("DELETE", "/mode/*", request -> {
            String subject = subject(request, 1);
            RegistryMode before =
                    registry.now().ownMode(subject).orElseThrow(() -> RegistryError.subjectNotFound(subject));
            registry.resetMode(subject);
            return mode(before);
        });
    }

    private void about() {
        add("GET", "/", request -> JSON.createObjectNode());
        add("GET", "/contexts", request -> JSON.createArrayNode().add("."));
        add("GET", "/v1/metadata/id", request -> {
            ObjectNode about = JSON.createObjectNode().put("id", "");
            ObjectNode scope = about.putObject("scope");
            scope.putArray("path");
            scope.putObject("clusters")
                    .put("kafka-cluster", clusterId)
                    .put("schema-registry-cluster", "schema-registry");
            return about;
        });
        add("GET", "/v1/metadata/version", request -> JSON.createObjectNode()
                .put("version", INTERFACE_VERSION)
                .put("commitId", "longstream"));
    }

    /** Returns the subject in the path, without the mark of the default context. */
    private static String subject(IncomingRequest request, int position) {
        String name = request.path().get(position);
        String subject = name.startsWith(":.:") ? name.substring(3) : name;
        if (subject.startsWith(":.") || subject.startsWith(":*:")) {
            throw RegistryError.invalidSubject(
                    "Subject '" + name + "' is in a context; this registry has only the default one");
        }
        return subject;
    }

    /** Returns the text of a member that the body must have. */
    private static String required(IncomingRequest request, String member) {
        JsonNode value = request.body().path(member);
        if (!value.isTextual()) {
            throw RegistryError.malformedBody("'" + member + "' must be a string");
        }
        return value.asText();
    }

    private StoredSchema stored(IncomingRequest request) {
        return registry.now().version(subject(request, 1), request.path().get(3), request.flag("deleted"));
    }

    private static SchemaCandidate candidate(IncomingRequest request) {
        String type = request.body().path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") && !type.equals("null")) {
            throw RegistryError.unsupported("schemaType " + type + " (only AVRO is kept here)");
        }
        if (!request.body().path("references").isEmpty()) {
            throw RegistryError.unsupported("a schema with references");
        }
        for (String member : List.of("metadata", "ruleSet")) {
            if (request.body().hasNonNull(member)) {
                throw RegistryError.unsupported("a schema with " + member);
            }
        }
        return new SchemaCandidate(
                required(request, "schema"),
                request.body().path("id").asInt(-1),
                request.body().path("version").asInt(-1),
                request.flag("normalize"));
    }

    private static int id(IncomingRequest request) {
        try {
            return Integer.parseInt(request.path().get(2));
        } catch (NumberFormatException notANumber) {
            throw RegistryError.http(404, "Not Found");
        }
    }

    private static String prefix(IncomingRequest request) {
        String prefix = request.query().getOrDefault("subjectPrefix", "");
        for (String defaultContext : List.of(":*:", ":.:")) {
            if (prefix.startsWith(defaultContext)) {
                return prefix.substring(defaultContext.length());
            }
        }
        return prefix;
    }

    private static <T> List<T> page(IncomingRequest request, Stream<T> all) {
        long offset = number(request, "offset", 0);
        long limit = number(request, "limit", -1);
        return all.skip(offset).limit(limit < 0 ? Long.MAX_VALUE : limit).toList();
    }

    private static long number(IncomingRequest request, String name, long otherwise) {
        @Nullable String text = request.query().get(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return name.equals("offset") ? Math.max(0, Long.parseLong(text)) : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw RegistryError.http(404, "Not Found");
        }
    }

    private JsonNode setLevel(@Nullable String subject, IncomingRequest request) {
        request.body().fieldNames().forEachRemaining(member -> {
            if (!member.equals("compatibility") && !request.body().path(member).isNull()) {
                throw RegistryError.unsupported("the setting '" + member + "'");
            }
        });
        Compatibility level =
                Compatibility.named(request.body().path("compatibility").asText());
        registry.setLevel(subject, level);
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private JsonNode setMode(@Nullable String subject, IncomingRequest request) {
        RegistryMode mode = RegistryMode.named(request.body().path("mode").asText());
        registry.setMode(subject, mode, request.flag("force"));
        return mode(mode);
    }

    private static JsonNode level(Compatibility level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static JsonNode mode(RegistryMode mode) {
        return JSON.createObjectNode().put("mode", mode.name());
    }

    private static JsonNode compatibility(IncomingRequest request, List<String> faults) {
        ObjectNode verdict = JSON.createObjectNode().put("is_compatible", faults.isEmpty());
        if (request.flag("verbose")) {
            verdict.set("messages", strings(faults));
        }
        return verdict;
    }

    private static ObjectNode version(StoredSchema schema) {
        ObjectNode version = JSON.createObjectNode()
                .put("subject", schema.subject())
                .put("version", schema.version())
                .put("id", schema.id())
                .put("schema", schema.schema());
        return schema.deleted() ? version.put("deleted", true) : version;
    }

    private static ArrayNode versions(Collection<StoredSchema> schemas) {
        ArrayNode all = JSON.createArrayNode();
        schemas.forEach(schema -> all.add(version(schema)));
        return all;
    }

    private static ArrayNode strings(Collection<String> items) {
        ArrayNode all = JSON.createArrayNode();
        items.forEach(all::add);
        return all;
    }

    private static ArrayNode numbers(Collection<Integer> items) {
        ArrayNode all = JSON.createArrayNode();
        items.forEach(all::add);
        return all;
    }

    private static JsonNode json(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw RegistryError.store("a stored schema is not JSON: " + e.getOriginalMessage());
        }
    }
}
