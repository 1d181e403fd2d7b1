/**
 * Turns an answer into a reward: by rule or plug-in, combined with a judge's verdict, plus components for format,
 * citations and length.
 *
 * <p>{@link dev.longstream.rewards.Reward} is the interface of a plug-in. {@link dev.longstream.rewards.HybridReward}
 * combines rule and judge as {@link dev.longstream.rewards.RewardPolicy} defines. Everything here is a pure function:
 * no Kafka, no clock. May use {@code schemas}.
 */
package dev.longstream.rewards;
