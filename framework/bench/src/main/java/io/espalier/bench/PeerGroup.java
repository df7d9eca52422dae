package io.espalier.bench;

/**
 * Rows that need a peer's native libraries; a service of its own, so that a build with peers has
 * the other groups too.
 */
public interface PeerGroup extends Group {}
