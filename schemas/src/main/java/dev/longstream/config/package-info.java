/** How configurations are checked: every problem at once, by path. Start at {@link dev.longstream.config.Problems}. */
package dev.longstream.config;
