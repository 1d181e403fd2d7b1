/**
 * Kafka rights of a run's roles: one table, from which {@code longstream acls} prints access control lists and with which a role
 * compares what its user may do.
 *
 * <p>Start at {@link dev.longstream.log.rights.RoleRights}. May use {@code log} and Kafka's admin client.
 */
package dev.longstream.log.rights;
