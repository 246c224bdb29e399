package io.relaykv.statemachine.levels;

/**
 * This version cannot read the data or the log of its cluster: it must not start, or go on. Nothing
 * is wrong with the data; a newer version goes on with it.
 */
public final class NodeTooOldException extends RuntimeException {
  NodeTooOldException(String what, int level) {
    super(
        "%s has feature level %d, and this version of RelayKV supports none above %d: install the version that the other nodes run, and start this node again; its data stays as it is"
            .formatted(what, level, FeatureLevels.supported()));
  }
}
