/** Why the stack could not start or go on, in words that say what to do. */
package dev.longstream.stack.failure;
