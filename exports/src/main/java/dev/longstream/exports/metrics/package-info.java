/**
 * Metrics of gradient steps and evaluations, for TensorBoard and MLflow. Start at
 * {@link dev.longstream.exports.metrics.MetricPoint}.
 */
package dev.longstream.exports.metrics;
