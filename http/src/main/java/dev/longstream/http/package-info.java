/**
 * Serves JSON and event streams over HTTP.
 *
 * <p>Start at {@link dev.longstream.http.JsonServer}: it reads requests, finds their handler in a {@link
 * dev.longstream.http.RouteTable} and writes the {@link dev.longstream.http.HttpAnswer}. {@link dev.longstream.http.ServerLimits} and {@link
 * dev.longstream.http.ServerAccess} say what clients may do. Jetty reads the requests. Uses no other package of this project.
 */
package dev.longstream.http;
