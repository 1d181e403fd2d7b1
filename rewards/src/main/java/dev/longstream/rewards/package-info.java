/**
 * Turns an answer into a reward: by rule, by a plug-in, by a judge's verdict beside them, with parts for form, citations and length.
 *
 * <p>{@link dev.longstream.rewards.Reward} is the interface of a plug-in. {@link dev.longstream.rewards.HybridReward} joins rule and
 * judge as {@link dev.longstream.rewards.RewardPolicy} says. Everything here is a pure function: no Kafka, no clock. May use
 * {@code schemas}.
 */
package dev.longstream.rewards;
