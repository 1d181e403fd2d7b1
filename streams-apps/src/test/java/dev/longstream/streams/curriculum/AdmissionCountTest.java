package dev.longstream.streams.curriculum;

import dev.longstream.streams.curriculum.AdmissionCount.AdmittedGroup;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class AdmissionCountTest {
    private final AdmissionCount admission = new AdmissionCount(new CurriculumConfig(
            List.of(new Phase("short", 0, 100, 2, 1, 1, 0, 8), new Phase("long", 100, 200, 2, 1, 1, 0, 8)),
            3,
            2,
            1,
            InputLength.TEMPLATED,
            "held-out",
            1));

    @Test
    void shouldAdmitAsManyGroupsAsTheBoundOnStalenessAllows() {
        // When
        List<AdmittedGroup> first = admitted();
        admission.trained(1);
        List<AdmittedGroup> second = admitted();
        // Then
        assertThat(first).extracting(AdmittedGroup::ordinal).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(first).allSatisfy(group -> assertThat(group.version()).isZero());
        assertThat(second)
                .containsExactly(new AdmittedGroup(6, 1, 1), new AdmittedGroup(7, 1, 1), new AdmittedGroup(8, 1, 1));
    }

    @Test
    void shouldReplaceARejectedGroupInItsPhase() {
        // Given
        AdmittedGroup rejected = admitted().get(4);
        // When
        admission.rejected(rejected);
        // Then
        assertThat(admitted()).containsExactly(new AdmittedGroup(6, 0, 0));
    }

    @Test
    void shouldAdmitNothingMoreAfterTheLastStep() {
        // Given
        admission.trained(3);
        // When
        List<AdmittedGroup> all = admitted();
        // Then
        assertThat(all).hasSize(4 * 3);
    }

    private List<AdmittedGroup> admitted() {
        List<AdmittedGroup> groups = new ArrayList<>();
        for (Optional<AdmittedGroup> next = admission.next(); next.isPresent(); next = admission.next()) {
            groups.add(next.get());
        }
        return groups;
    }
}
