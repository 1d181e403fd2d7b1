package dev.longstream.questions;

/**
 * One message of a conversation.
 *
 * @param role who speaks: system, user or assistant
 */
public record Turn(String role, String content) {}
