/** Exceptions of the local stack, whose messages tell the user what to do. */
package dev.longstream.stack.failure;
