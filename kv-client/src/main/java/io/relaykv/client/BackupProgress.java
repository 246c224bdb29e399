package io.relaykv.client;

/**
 * How far a backup is.
 *
 * @param phase what is done at the moment
 * @param keys how many keys that is done for
 * @param totalKeys how many there are; an estimate while a backup is created; 0 if that is not
 *     known
 * @param bytes how much of the file that is, up to here
 */
public record BackupProgress(Phase phase, long keys, long totalKeys, long bytes) {
  /** What may be done with a backup. */
  public enum Phase {
    /** It is written to a file. When the leader is lost, this begins anew. */
    CREATING,
    /** The file is read, and changes nothing. */
    CHECKING,
    /** It is put into the cluster; begins at what an earlier try has put there. */
    RESTORING
  }
}
