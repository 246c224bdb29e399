package io.relaykv.tests.mutation;

import io.relaykv.statemachine.store.Applied;
import net.bytebuddy.asm.Advice;
import org.rocksdb.WriteBatch;

/**
 * Writes the applied index of every hundredth entry only, and before a snapshot. Used by the thread
 * that applies the log alone.
 */
public final class LateIndex {
  private static final long ENTRIES = 100;

  private static Applied written = Applied.NOTHING;

  private LateIndex() {}

  @Advice.OnMethodEnter
  static void enter(
      @Advice.FieldValue("batch") WriteBatch batch,
      @Advice.Argument(value = 0, readOnly = false) Applied applied) {
    applied = late(applied, batch.count() == 0);
  }

  /** Called by the changed class. */
  public static Applied late(Applied applied, boolean forSnapshot) {
    if (forSnapshot || applied.index() - written.index() >= ENTRIES) {
      written = applied;
    }
    return written;
  }
}
