package io.relaykv.tests.mutation;

import io.relaykv.statemachine.store.Applied;
import java.lang.reflect.Field;
import net.bytebuddy.asm.Advice;

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
      @Advice.FieldValue("image") Object image,
      @Advice.Argument(value = 0, readOnly = false) Applied applied)
      throws ReflectiveOperationException {
    applied = late(applied, image);
  }

  /** Called by the changed class. */
  public static Applied late(Applied applied, Object image) throws ReflectiveOperationException {
    Field rows = image.getClass().getDeclaredField("rows");
    rows.setAccessible(true);
    boolean forSnapshot = rows.getInt(image) == 0;
    if (forSnapshot || applied.index() - written.index() >= ENTRIES) {
      written = applied;
    }
    return written;
  }
}
