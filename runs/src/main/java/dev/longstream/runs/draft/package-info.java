/**
 * Drafts a configuration for somebody's own model and question files. Start at {@link
 * dev.longstream.runs.draft.ConfigurationDraft}.
 */
package dev.longstream.runs.draft;
