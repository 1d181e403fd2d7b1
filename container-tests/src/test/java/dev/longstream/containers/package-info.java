/**
 * Longstream on containers: its topics on a broker of the official image, and the whole loop as docker-compose.yml has
 * it. Needs a container engine; built under {@code -Pcontainers} alone.
 */
package dev.longstream.containers;
