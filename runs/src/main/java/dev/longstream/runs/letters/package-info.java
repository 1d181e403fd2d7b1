/**
 * Looks at the records that stages refused, and puts repaired ones back on their topics. Start at
 * {@link dev.longstream.runs.letters.Letters}.
 */
package dev.longstream.runs.letters;
