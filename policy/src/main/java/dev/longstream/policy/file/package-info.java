/**
 * Reads the JSON files of a policy folder and collects everything that is wrong with them.
 *
 * <p>Each problem names the file, what was found and what was expected; {@link
 * dev.longstream.policy.file.PolicyFolderException} carries all of them at once.
 */
package dev.longstream.policy.file;
