/**
 * Gives tests what several modules need: scripted servers, records with defaults, a broker of their own.
 *
 * <p>Modules depend on it in test scope alone; nothing here ships.
 */
package dev.longstream.testing;
