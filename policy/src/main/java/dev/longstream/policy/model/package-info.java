/**
 * A policy's weights and forward pass, in PyTorch.
 *
 * <p>Reads a {@link dev.longstream.policy.folder.PolicyFolder}; writes weight files. Start at {@link dev.longstream.policy.model.PolicyModel};
 * {@link dev.longstream.policy.model.ForwardScript} is the forward pass itself, TorchScript generated from the configuration. Sampling and
 * training add their own methods to that one text, so that both run the same layers: an importance ratio means something only then.
 *
 * <p>What PyTorch under DJL must not be asked is listed at {@link dev.longstream.policy.model.TorchEngine}.
 */
package dev.longstream.policy.model;
