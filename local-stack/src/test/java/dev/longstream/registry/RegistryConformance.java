package dev.longstream.registry;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.UUID;

/** Base of the conformance tests: a registry for each class, and a client and a new subject for each test. */
@Timeout(120)
abstract class RegistryConformance {
    @TempDir
    static Path folder;

    static RegistryUnderTest registry;

    final String subject = "s-" + UUID.randomUUID();
    final CachedSchemaRegistryClient client = registry.client();

    @BeforeAll
    static void start() {
        registry = RegistryUnderTest.start(folder);
    }

    @AfterAll
    static void stop() {
        registry.close();
    }
}
