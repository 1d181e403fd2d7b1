package dev.longstream.files;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PeakMemoryTest {
    @Test
    void shouldReadPeakMemoryFromTheSystemsStatus() {
        assertThat(PeakMemory.in("VmPeak:\t 9 kB\nVmHWM:\t  2048 kB\n", "VmHWM:"))
                .isEqualTo(2L << 20);
        assertThat(PeakMemory.in("Name: java\n", "VmHWM:")).isZero();
    }
}
