package io.relaykv.tests.workload;

import io.relaykv.client.KvException;

/** What a client's exception says about the write. A known bug may get it wrong. */
@FunctionalInterface
public interface Outcomes {
  /** As the client says. */
  Outcomes TRUE = KvException::outcome;

  KvException.Outcome of(KvException failure);
}
