/**
 * Provides test fixtures that several modules share: scripted servers, records with defaults, a broker.
 *
 * <p>Modules depend on it in test scope alone; it is not shipped.
 */
package dev.longstream.testing;
