package dev.longstream.it;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The list of versions that the build refuses because of vulnerabilities, and the table of it. */
class VulnerableVersionsTest {
    private static final Path ROOT = Path.of("..");
    private static final String CVES = "CVE-\\d{4}-\\d{4,}(?:, CVE-\\d{4}-\\d{4,})*";
    private static final Pattern REFUSED =
            Pattern.compile("<exclude>([\\w.-]+:[\\w.-]+)(?::\\(,([\\w.-]+)\\))?</exclude> <!-- (" + CVES + ") -->");
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.-]+:[\\w.-]+)` \\| (\\S+) \\| (" + CVES + ") \\|");

    private static String rule;

    @BeforeAll
    static void readRule() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        rule = pom.substring(pom.indexOf("<id>no-known-vulnerabilities</id>"), pom.indexOf("</bannedDependencies>"));
    }

    @Test
    void shouldNameTheVulnerabilitiesOfEveryRefusedVersion() {
        assertThat(rows(REFUSED, rule)).hasSize(rule.split("<exclude>", -1).length - 1);
        assertThat(rule).contains("<exclude>com.hubspot.jinjava:jinjava:(,2.8.3)</exclude> <!-- CVE-2026-25526 -->");
    }

    @Test
    void shouldListTheSameVersionsInTheDocument() throws IOException {
        assertThat(rows(ROW, Files.readString(ROOT.resolve("SECURITY.md")))).isEqualTo(rows(REFUSED, rule));
    }

    private static List<List<String>> rows(Pattern pattern, String text) {
        List<List<String>> rows = new ArrayList<>();
        for (Matcher found = pattern.matcher(text); found.find(); ) {
            String version = found.group(2) == null ? "none" : found.group(2);
            rows.add(List.of(found.group(1), version, found.group(3)));
        }
        return rows;
    }
}
