package io.relaykv.client;

/**
 * What finalizing an upgrade has done, or would do.
 *
 * @param was the cluster's feature level before
 * @param level the one after; the same if there was nothing to do
 */
public record FeatureLevelChange(int was, int level) {}
