package dev.longstream.it;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The sizes of records and parameter lists, and the names of types, that keep code readable. */
class TypesTest {
    private static final int MAX_COMPONENTS = 9;
    private static final int MAX_PARAMETERS = 8;
    /** Records with one component for each field of a file format that others define, or that an older release wrote. */
    private static final Set<String> MIRRORS_OF_FILES =
            Set.of("dev.longstream.policy.folder.ModelConfig", "dev.longstream.runs.report.RunReport$PhaseReport");

    /** Methods whose parameters an interface of a library names. */
    private static final Set<String> OF_LIBRARIES = Set.of("dev.longstream.exports.tables.ColumnChunkWriter.writePage");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.longstream");

    @Test
    void shouldKeepRecordsSmall() {
        // When
        List<String> large = CLASSES.stream()
                .filter(JavaClass::isRecord)
                .filter(type -> !MIRRORS_OF_FILES.contains(type.getName()))
                .filter(type -> components(type) > MAX_COMPONENTS)
                .map(type -> type.getName() + " has " + components(type) + " components")
                .sorted()
                .toList();
        // Then
        assertThat(large)
                .as("records of more than %d components", MAX_COMPONENTS)
                .isEmpty();
    }

    @Test
    void shouldKeepParameterListsShort() {
        // When
        List<String> tooLong = CLASSES.stream()
                .filter(type -> !isGenerated(type))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> !(unit instanceof JavaConstructor
                        && (unit.getOwner().isRecord() || unit.getOwner().isEnum()))) // with hidden parameters
                .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(unit -> unit.getRawParameterTypes().size() > MAX_PARAMETERS)
                .filter(unit -> !OF_LIBRARIES.contains(unit.getOwner().getName() + "." + unit.getName()))
                .map(JavaCodeUnit::getFullName)
                .sorted()
                .toList();
        // Then
        assertThat(tooLong)
                .as("methods of more than %d parameters", MAX_PARAMETERS)
                .isEmpty();
    }

    @Test
    void shouldGiveEachSimpleNameToOneType() {
        // Given
        Map<String, Set<String>> byName = new TreeMap<>();
        // When
        CLASSES.stream().filter(TypesTest::isNamed).forEach(type -> byName.computeIfAbsent(
                        type.getSimpleName(), name -> new TreeSet<>())
                .add(type.getName()));
        // Then
        assertThat(byName.values()).as("types of one simple name").allSatisfy(types -> assertThat(types)
                .hasSize(1));
    }

    /** Top-level types and nested ones that another class can see. */
    private static boolean isNamed(JavaClass type) {
        return !type.isAnonymousClass()
                && !type.isLocalClass()
                && !type.getSimpleName().equals("package-info")
                && !(type.isNestedClass() && isGenerated(type)) // Avro's builders
                && !type.getModifiers().contains(JavaModifier.PRIVATE)
                && !type.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static boolean isGenerated(JavaClass type) {
        return Stream.iterate(type, each -> each.getEnclosingClass().orElse(null))
                .takeWhile(each -> each != null)
                .anyMatch(each -> each.isAssignableTo("org.apache.avro.specific.SpecificRecordBase"));
    }

    private static long components(JavaClass type) {
        return type.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .count();
    }
}
