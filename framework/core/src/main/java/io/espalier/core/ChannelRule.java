package io.espalier.core;

/**
 * What an operator does to channels: which coordinates it ties, what constant a removed one leaves
 * behind, and how the node itself changes when some are gone.
 */
interface ChannelRule {
  /**
   * Ties coordinates of inputs, tensors and outputs, freezes those that cannot go, and sets the
   * axes of the outputs.
   */
  void link(ChannelLinks links);

  /** Derives the constants that removed coordinates of the outputs hold. */
  void settle(ChannelConstants constants);

  /** Adapts the node's attributes and constants to what is left; by default nothing changes. */
  default void shrink(NodeCut cut) {}
}
