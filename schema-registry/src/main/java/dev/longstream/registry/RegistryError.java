package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.http.HttpError;

/** A request that is answered with an error: HTTP status, Confluent's error code, and a sentence. */
final class RegistryError extends HttpError {
    private static final long serialVersionUID = 1L;

    private final int code;

    private RegistryError(int status, int code, String message) {
        super(status, message);
        this.code = code;
    }

    /** Returns {@code {"error_code": 40401, "message": "..."}}. */
    @Override
    public JsonNode body() {
        return JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", getMessage());
    }

    @Override
    public int retryAfterSeconds() {
        return status() == 503 ? 1 : 0;
    }

    /** Returns the registry's form of an error of the HTTP server. */
    static RegistryError ofServer(int status, String message) {
        return switch (status) {
            case 400 -> malformedBody(message);
            case 404 -> http(404, "Not Found");
            case 405 -> http(405, "Method Not Allowed");
            case 500 -> new RegistryError(500, 50001, message);
            default -> new RegistryError(status, status, message);
        };
    }

    static RegistryError http(int status, String reason) {
        return new RegistryError(status, status, "HTTP " + status + " " + reason);
    }

    static RegistryError malformedBody(String why) {
        return new RegistryError(400, 400, "The request's body is not the JSON that is expected here: " + why);
    }

    static RegistryError subjectNotFound(String subject) {
        return new RegistryError(404, 40401, "Subject '" + subject + "' not found.");
    }

    static RegistryError versionNotFound(String version) {
        return new RegistryError(404, 40402, "Version " + version + " not found.");
    }

    static RegistryError schemaNotFound() {
        return new RegistryError(404, 40403, "Schema not found");
    }

    static RegistryError schemaNotFound(int id) {
        return new RegistryError(404, 40403, "Schema " + id + " not found");
    }

    static RegistryError subjectSoftDeleted(String subject) {
        return new RegistryError(
                404, 40404, "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError subjectNotSoftDeleted(String subject) {
        return new RegistryError(
                404, 40405, "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }

    static RegistryError versionSoftDeleted(String subject, int version) {
        return new RegistryError(
                404,
                40406,
                "Subject '" + subject + "' Version " + version
                        + " was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError versionNotSoftDeleted(String subject, int version) {
        return new RegistryError(
                404,
                40407,
                "Subject '" + subject + "' Version " + version
                        + " was not deleted first before being permanently deleted");
    }

    static RegistryError noSubjectCompatibility(String subject) {
        return new RegistryError(
                404, 40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static RegistryError noSubjectMode(String subject) {
        return new RegistryError(404, 40409, "Subject '" + subject + "' does not have subject-level mode configured");
    }

    static RegistryError incompatible(String subject, Iterable<String> details) {
        return new RegistryError(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: " + details);
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(422, 42201, "Invalid schema: " + why);
    }

    static RegistryError invalidVersion(String version) {
        return new RegistryError(
                422,
                42202,
                "The specified version '" + version + "' is not a valid version id. Allowed values are between"
                        + " [1, 2^31-1] and the string \"latest\"");
    }

    static RegistryError invalidCompatibility(String found) {
        return new RegistryError(
                422,
                42203,
                "Invalid compatibility level '" + found + "'. Valid values are none, backward, forward, full,"
                        + " backward_transitive, forward_transitive, and full_transitive");
    }

    static RegistryError invalidMode(String found) {
        return new RegistryError(
                422,
                42204,
                "Invalid mode '" + found + "'. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, and IMPORT");
    }

    static RegistryError notPermitted(String why) {
        return new RegistryError(422, 42205, why);
    }

    static RegistryError idTaken(int id) {
        return new RegistryError(422, 42207, "Overwrite new schema with id " + id + " is not permitted.");
    }

    static RegistryError invalidSubject(String why) {
        return new RegistryError(422, 42208, why);
    }

    static RegistryError unsupported(String what) {
        return new RegistryError(422, 422, what + " is not supported by this registry");
    }

    static RegistryError readOnly() {
        return new RegistryError(
                405, 405, "This registry is read-only; register and delete schemas at the one that is not");
    }

    static RegistryError busy(int changes) {
        return new RegistryError(503, 503, changes + " changes wait for the broker already; try again later");
    }

    static RegistryError store(String why) {
        return new RegistryError(500, 50001, "Error in the backend data store: " + why);
    }
}
