package dev.longstream.registry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.longstream.registry.RegistryUnderTest.ONE_FIELD;
import static dev.longstream.registry.RegistryUnderTest.OPTIONAL_FIELD_MORE;
import static dev.longstream.registry.RegistryUnderTest.OTHER_TYPE;
import static dev.longstream.registry.RegistryUnderTest.REQUIRED_FIELD_MORE;
import static dev.longstream.registry.RegistryUnderTest.assertFails;
import static dev.longstream.registry.RegistryUnderTest.schema;
import static org.assertj.core.api.Assertions.assertThat;

/** Checks with Confluent's client which changes of a subject a schema registry accepts. */
class EvolutionConformanceTest extends RegistryConformance {
    private static final String UNUSUAL = "{\"type\":\"record\",\"name\":\"Unusual\",\"fields\":[]}";

    @ParameterizedTest
    @CsvSource({
        // level, may a required field come, go; may it be otherwise with a version before the latest
        "NONE,                true,  true,  true,  true",
        "BACKWARD,            false, true,  true,  false",
        "BACKWARD_TRANSITIVE, false, true,  false, false",
        "FORWARD,             true,  false, true,  false",
        "FORWARD_TRANSITIVE,  true,  false, false, false",
        "FULL,                false, false, true,  false",
        "FULL_TRANSITIVE,     false, false, false, false",
    })
    void shouldLetASchemaEvolveAsItsLevelSays(
            String level, boolean requiredMayCome, boolean requiredMayGo, boolean onlyLatestCounts, boolean anything)
            throws Exception {
        // Given
        client.updateCompatibility(subject, level);
        client.register(subject, schema(ONE_FIELD));

        // Then
        assertThat(client.getCompatibility(subject)).isEqualTo(level);
        assertThat(client.testCompatibility(subject, schema(ONE_FIELD))).isTrue();
        assertThat(client.testCompatibility(subject, schema(OPTIONAL_FIELD_MORE)))
                .isTrue();
        assertThat(client.testCompatibility(subject, schema(REQUIRED_FIELD_MORE)))
                .isEqualTo(requiredMayCome);
        assertThat(client.testCompatibility(subject, schema(OTHER_TYPE))).isEqualTo(anything);

        // Given
        // The schema has a required field more.
        String going = subject + "-going";
        client.updateCompatibility(going, level);
        client.register(going, schema(REQUIRED_FIELD_MORE));

        // Then
        assertThat(client.testCompatibility(going, schema(ONE_FIELD))).isEqualTo(requiredMayGo);

        // Given
        // The first version is incompatible with the latest.
        String turned = subject + "-turned";
        client.updateCompatibility(turned, "NONE");
        client.register(turned, schema(OTHER_TYPE));
        client.register(turned, schema(ONE_FIELD));
        client.updateCompatibility(turned, level);

        // Then
        if (onlyLatestCounts) {
            assertThat(registry.client().register(turned, schema(OPTIONAL_FIELD_MORE)))
                    .isPositive();
        } else {
            assertFails(409, 409, () -> client.register(turned, schema(OPTIONAL_FIELD_MORE)));
        }
    }

    @Test
    void shouldSayWhyASchemaIsIncompatible() throws Exception {
        // Given
        client.updateCompatibility(subject, "BACKWARD");
        client.register(subject, schema(ONE_FIELD));

        // Then
        assertThat(client.testCompatibilityVerbose(subject, schema(REQUIRED_FIELD_MORE)))
                .anySatisfy(reason -> assertThat(reason).contains("READER_FIELD_MISSING_DEFAULT_VALUE"));
        assertThat(client.testCompatibilityVerbose(subject, schema(OPTIONAL_FIELD_MORE)))
                .isEmpty();
        assertFails(409, 409, () -> client.register(subject, schema(REQUIRED_FIELD_MORE)));
        assertThat(client.testCompatibility("no-" + subject, schema(ONE_FIELD))).isTrue();
    }

    @Test
    void shouldFallBackToTheGlobalLevelWhenTheSubjectsIsDeleted() throws Exception {
        // Given
        client.updateCompatibility(subject, "FULL");

        // When
        client.deleteCompatibility(subject);

        // Then
        assertFails(404, 40408, () -> client.getConfig(subject));
        assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("BACKWARD");
    }

    @Test
    void shouldRefuseToChangeASubjectThatIsReadOnly() throws Exception {
        // Given
        client.register(subject, schema(ONE_FIELD));

        // When
        assertThat(client.setMode("READONLY", subject)).isEqualTo("READONLY");

        // Then
        assertThat(client.getMode(subject)).isEqualTo("READONLY");
        assertThat(client.getMode()).isEqualTo("READWRITE");
        assertFails(422, 42205, () -> client.register(subject, schema(OPTIONAL_FIELD_MORE)));
        assertFails(422, 42205, () -> client.deleteSubject(subject));
        client.deleteMode(subject);
        assertThat(client.register(subject, schema(OPTIONAL_FIELD_MORE))).isPositive();
    }

    @Test
    void shouldKeepIdsAndVersionsWhenSchemasAreImported() throws Exception {
        // Given
        client.setMode("IMPORT", subject);

        // When
        int id = client.register(subject, schema(UNUSUAL), 7, 1_000_007);

        // Then
        assertThat(id).isEqualTo(1_000_007);
        assertThat(client.getAllVersions(subject)).containsExactly(7);
        assertFails(422, 42207, () -> client.register(subject, schema(ONE_FIELD), 8, 1_000_007));
        client.setMode("READWRITE", subject);
        assertFails(422, 42205, () -> client.register(subject, schema(OTHER_TYPE), 8, 1_000_008));
    }
}
