/**
 * Checks whether a machine can run Longstream, and says what to do where it cannot. Start at {@link
 * dev.longstream.runs.doctor.Doctor}. {@link dev.longstream.runs.doctor.MachineFacts} looks at the machine; the checks are
 * pure functions of what it found.
 */
package dev.longstream.runs.doctor;
