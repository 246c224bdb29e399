package io.relaykv.server.raft;

import com.google.protobuf.ByteString;
import java.util.List;

/** One client's stream, as the writer sees it. Thread-safe. */
public interface WriteSource {
  /** The client's session: 16 bytes. */
  ByteString sessionId();

  /** The account that its writes belong to. */
  long accountId();

  /** The API key that it has shown. */
  long apiKeyId();

  /** The client has the answers to all of its writes with a lower sequence number. */
  long lowestUnanswered();

  /**
   * These writes of it have come to an end, one outcome each. Called on the thread that applies the
   * log; must not block.
   */
  void completed(List<PendingWrite> writes, List<WriteOutcome> outcomes);
}
