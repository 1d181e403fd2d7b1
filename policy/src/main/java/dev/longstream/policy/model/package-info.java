/**
 * Holds a policy's weights and runs its forward pass, in PyTorch.
 *
 * <p>Reads a {@link dev.longstream.policy.folder.PolicyFolder}; writes weight files. Start at
 * {@link dev.longstream.policy.model.PolicyModel}; the forward pass itself is TorchScript, {@code forward.py} among the
 * resources. Sampling and training add their own methods to it, so that both run the same layers; only then does an
 * importance ratio mean something. {@link dev.longstream.policy.model.TorchSource} reads such files.
 *
 * <p>{@link dev.longstream.policy.model.TorchEngine} lists what code must not do with PyTorch under DJL.
 */
package dev.longstream.policy.model;
