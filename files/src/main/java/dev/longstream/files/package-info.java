/** Small files that outlive a killed process. Start at {@link dev.longstream.files.AtomicFile}. */
package dev.longstream.files;
