package dev.longstream.registry;

/** Error response to a request: HTTP status, Confluent's error code and a message. */
final class RegistryError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE_CONTENT = 422;
    private static final int INTERNAL_SERVER_ERROR = 500;

    private final int status;
    private final int code;

    private RegistryError(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    static RegistryError http(int status, String reason) {
        return new RegistryError(status, status, "HTTP " + status + " " + reason);
    }

    static RegistryError malformedBody(String why) {
        return new RegistryError(
                BAD_REQUEST, BAD_REQUEST, "The body of the request is not the expected JSON: " + why);
    }

    static RegistryError subjectNotFound(String subject) {
        return new RegistryError(NOT_FOUND, 40401, "Subject '" + subject + "' not found.");
    }

    static RegistryError versionNotFound(String version) {
        return new RegistryError(NOT_FOUND, 40402, "Version " + version + " not found.");
    }

    static RegistryError schemaNotFound() {
        return new RegistryError(NOT_FOUND, 40403, "Schema not found");
    }

    static RegistryError schemaNotFound(int id) {
        return new RegistryError(NOT_FOUND, 40403, "Schema " + id + " not found");
    }

    static RegistryError subjectSoftDeleted(String subject) {
        return new RegistryError(
                NOT_FOUND, 40404, "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError subjectNotSoftDeleted(String subject) {
        return new RegistryError(
                NOT_FOUND, 40405, "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }

    static RegistryError versionSoftDeleted(String subject, int version) {
        return new RegistryError(
                NOT_FOUND,
                40406,
                "Subject '" + subject + "' Version " + version
                        + " was soft deleted. Set permanent=true to delete permanently");
    }

    static RegistryError versionNotSoftDeleted(String subject, int version) {
        return new RegistryError(
                NOT_FOUND,
                40407,
                "Subject '" + subject + "' Version " + version
                        + " was not deleted first before being permanently deleted");
    }

    static RegistryError noSubjectCompatibility(String subject) {
        return new RegistryError(
                NOT_FOUND, 40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static RegistryError noSubjectMode(String subject) {
        return new RegistryError(NOT_FOUND, 40409, "Subject '" + subject + "' does not have subject-level mode configured");
    }

    static RegistryError incompatible(String subject, Iterable<String> details) {
        return new RegistryError(
                CONFLICT,
                CONFLICT,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: " + details);
    }

    static RegistryError invalidSchema(String why) {
        return new RegistryError(UNPROCESSABLE_CONTENT, 42201, "Invalid schema: " + why);
    }

    static RegistryError invalidVersion(String version) {
        return new RegistryError(
                UNPROCESSABLE_CONTENT,
                42202,
                "The specified version '" + version + "' is not a valid version id. Allowed values are between"
                        + " [1, 2^31-1] and the string \"latest\"");
    }

    static RegistryError invalidCompatibility(String found) {
        return new RegistryError(
                UNPROCESSABLE_CONTENT,
                42203,
                "Invalid compatibility level '" + found + "'. Valid values are none, backward, forward, full,"
                        + " backward_transitive, forward_transitive, and full_transitive");
    }

    static RegistryError invalidMode(String found) {
        return new RegistryError(
                UNPROCESSABLE_CONTENT,
                42204,
                "Invalid mode '" + found + "'. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, and IMPORT");
    }

    static RegistryError notPermitted(String why) {
        return new RegistryError(UNPROCESSABLE_CONTENT, 42205, why);
    }

    static RegistryError idTaken(int id) {
        return new RegistryError(UNPROCESSABLE_CONTENT, 42207, "Overwrite new schema with id " + id + " is not permitted.");
    }

    static RegistryError invalidSubject(String why) {
        return new RegistryError(UNPROCESSABLE_CONTENT, 42208, why);
    }

    static RegistryError unsupported(String what) {
        return new RegistryError(UNPROCESSABLE_CONTENT, UNPROCESSABLE_CONTENT, what + " is not supported by this registry");
    }

    static RegistryError store(String why) {
        return new RegistryError(INTERNAL_SERVER_ERROR, 50001, "Error in the backend data store: " + why);
    }
}
