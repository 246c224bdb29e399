package io.relaykv.client;

import io.relaykv.client.internal.ClientOptions;
import io.relaykv.client.internal.GrpcKvClient;
import io.relaykv.protocol.ApiKeyText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A client of one cluster. Thread-safe; create one and share it.
 *
 * <pre>{@code
 * try (KvClient client =
 *     KvClient.builder()
 *         .nodes("db1:7400", "db2:7400", "db3:7400")
 *         .apiKeyFile(Path.of("/etc/shop/relaykv.key"))
 *         .trust(Path.of("/etc/shop/relaykv-ca.pem"))
 *         .build()) {
 *   client.put("flags/new-checkout", true);
 *   boolean on = client.get("flags/new-checkout").map(KvValue::asBoolean).orElse(false);
 * }
 * }</pre>
 *
 * <p>The client finds the leader from any one reachable node of its list, follows it, and sends
 * again what a lost leader left unanswered; every operation ends within its deadline ({@link
 * Builder#requestTimeout}, 5 s by default).
 *
 * <p>Methods wait for the answer; {@link #async()} has the same ones returning futures. Both fail
 * with {@link KvException}: {@link OutcomeUnknownException} if a write may have been applied, any
 * other subclass if it was certainly not. Every method fails with {@link NotAllowedException} if
 * the API key is not valid or does not allow it.
 *
 * <p>A thread that is interrupted while it waits goes on at once, with its interrupt status set:
 * reads fail with {@link UnavailableException}, and so do writes that had not been given to the
 * client; all other writes fail with {@link OutcomeUnknownException}, as the client goes on with
 * them.
 *
 * <p>Writes that one thread issues one after the other take effect in that order, also when they
 * are asynchronous and not waited for. The exception: around a change of leader a write that had to
 * be sent again may take effect behind a later one. Where that matters, wait for one before the
 * next.
 */
public interface KvClient extends AutoCloseable {
  /**
   * The longest {@link Builder#requestTimeout}: 5 min. The cluster remembers writes for longer than
   * this.
   */
  Duration MAX_TIMEOUT = Duration.ofMinutes(5);

  /** The longest that {@link #awaitReady} waits: 1 day. */
  Duration MAX_PATIENCE = Duration.ofDays(1);

  /** A builder with every default in place but nodes and key. */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the latest value stored under {@code key}, or empty if there is none. A stored JSON
   * null is a value.
   *
   * @param key 1 to 512 characters of {@code [a-zA-Z0-9_\-.=/]}
   * @throws InvalidRequestException at once, without a request, if the key is not of that form
   * @throws UnavailableException if no leader answered within the deadline
   */
  Optional<KvValue> get(String key);

  /**
   * Stores {@code value} under {@code key}, replacing any previous value. When this returns, the
   * value is on the disks of a majority of nodes.
   *
   * @param key 1 to 512 characters of {@code [a-zA-Z0-9_\-.=/]}
   * @param value any JSON value, at most 1 MiB as UTF-8
   * @throws InvalidRequestException at once, without a request, if either is outside these limits
   * @throws OutcomeUnknownException if the value may have been stored
   * @throws RefusedException if the cluster refuses it by a limit
   * @throws UnavailableException if no leader took it within the deadline: it was certainly not
   *     stored
   */
  void put(String key, KvValue value);

  /** Stores a string; otherwise as {@link #put(String, KvValue)}. */
  default void put(String key, String value) {
    put(key, KvValue.of(value));
  }

  /** Stores a whole number; otherwise as {@link #put(String, KvValue)}. */
  default void put(String key, long value) {
    put(key, KvValue.of(value));
  }

  /**
   * Stores a number; otherwise as {@link #put(String, KvValue)}.
   *
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, which JSON cannot express
   */
  default void put(String key, double value) {
    put(key, KvValue.of(value));
  }

  /** Stores true or false; otherwise as {@link #put(String, KvValue)}. */
  default void put(String key, boolean value) {
    put(key, KvValue.of(value));
  }

  /**
   * Stores the JSON value null, which is not the same as no value; otherwise as {@link #put(String,
   * KvValue)}.
   */
  default void putNull(String key) {
    put(key, KvValue.ofNull());
  }

  /**
   * Removes {@code key} and its value. Removing a key that does not exist succeeds.
   *
   * @param key 1 to 512 characters of {@code [a-zA-Z0-9_\-.=/]}
   * @throws InvalidRequestException at once, without a request, if the key is not of that form
   * @throws OutcomeUnknownException if the key may have been removed
   * @throws UnavailableException if no leader took it within the deadline: it was certainly not
   *     removed
   */
  void delete(String key);

  /**
   * All keys that begin with {@code prefix}, in byte order, fetched page by page while the stream
   * is read. Each page shows one moment; keys written or removed between two pages may be seen or
   * missed.
   *
   * @param prefix as a key, or empty for all keys of the account
   * @throws InvalidRequestException at once if the prefix is not of that form; the stream's
   *     terminal operation fails as {@link #get} does
   */
  Stream<String> keys(String prefix);

  /**
   * The first page of the keys that begin with {@code prefix}, in byte order.
   *
   * @param prefix as a key, or empty for all keys of the account
   * @param limit at most so many keys, 1 to 10,000; a page also ends at 1 MiB of keys
   * @throws InvalidRequestException at once if either is outside these limits
   * @throws UnavailableException if no leader answered within the deadline
   */
  default KeyPage keys(String prefix, int limit) {
    return keys(prefix, limit, "");
  }

  /**
   * The page of keys behind the key {@code after}, which need not exist; otherwise as {@link
   * #keys(String, int)}. {@link KeyPage#next} of one page is {@code after} of the next.
   */
  KeyPage keys(String prefix, int limit, String after);

  /**
   * Asks the leader for nothing, and returns how long that took: the leader answers once it is as
   * certain that it leads as for a read. Works with every valid API key, whatever it allows. The
   * first operation of a client also connects.
   *
   * @throws UnavailableException if no leader answered within the deadline
   */
  Duration ping();

  /**
   * Returns as soon as the cluster serves: a leader is found and answers as to {@link #ping}. To be
   * called before the first operation where the cluster may be starting, or may still be unknown to
   * DNS.
   *
   * @param patience how long to wait, whatever {@link Builder#requestTimeout} says: 1 ms to 1 day
   * @throws InvalidRequestException at once if it is outside that range
   * @throws UnavailableException if it does not serve in time; the message and {@link
   *     KvException#attempts} name every node that was tried with its cause
   * @throws NotAllowedException as soon as the cluster serves, if the API key is not valid
   */
  void awaitReady(Duration patience);

  /** The same operations, returning futures. */
  KvAsyncClient async();

  /**
   * Closes the connections. Operations under way fail: reads with {@link UnavailableException},
   * writes with {@link OutcomeUnknownException} if they had been sent. Later ones fail at once with
   * {@link UnavailableException}. Closing twice is harmless.
   */
  @Override
  void close();

  /** Collects what a client needs. Not thread-safe. */
  final class Builder extends ConnectionBuilder<Builder> {
    private int maxInFlightOps = 4096;
    private int maxInFlightBytes = 64 << 20;
    private final List<ClientListener> listeners = new ArrayList<>();

    Builder() {}

    @Override
    Builder self() {
      return this;
    }

    @Override
    void checkKind(ApiKeyText shown) {
      if (shown.isAdmin()) {
        throw new IllegalArgumentException(
            "this is an admin key; data is read and written with an API key of an account");
      }
    }

    /**
     * At most so many operations may be unanswered at a time: 1 to 65,536; 4,096 by default. Beyond
     * it calls wait, asynchronous ones too, up to their deadline.
     *
     * @throws IllegalArgumentException if outside that range
     */
    public Builder maxInFlightOps(int ops) {
      if (ops < 1 || ops > 65_536) {
        throw new IllegalArgumentException("maxInFlightOps is " + ops + "; allowed is 1 to 65,536");
      }
      this.maxInFlightOps = ops;
      return this;
    }

    /**
     * At most so many bytes of keys and values may be unanswered at a time: 2 MiB to 1 GiB; 64 MiB
     * by default. Beyond it calls wait, asynchronous ones too, up to their deadline.
     *
     * @throws IllegalArgumentException if outside that range
     */
    public Builder maxInFlightBytes(int bytes) {
      if (bytes < 2 << 20 || bytes > 1 << 30) {
        throw new IllegalArgumentException(
            "maxInFlightBytes is " + bytes + "; allowed is 2 MiB to 1 GiB");
      }
      this.maxInFlightBytes = bytes;
      return this;
    }

    /**
     * Has the client tell {@code listener} what it does, besides those that were given before. For
     * metrics of Dropwizard there is {@link io.relaykv.client.dropwizard.DropwizardClientMetrics}.
     */
    public Builder listener(ClientListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Has {@code listener} told which leader the client uses: each that it begins to use, and empty
     * when it has none. It begins with none, and looks for one only when there is an operation.
     * Called by the client's network thread, as {@link ClientListener} is; what it throws is logged
     * and has no other effect.
     */
    public Builder onLeaderChange(Consumer<Optional<LeaderNode>> listener) {
      return listener(
          new ClientListener() {
            @Override
            public void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {
              listener.accept(Optional.of(leader));
            }

            @Override
            public void leaderLost(LeaderNode leader) {
              listener.accept(Optional.empty());
            }
          });
    }

    /**
     * A client. It connects when the first operation needs it, so this succeeds with all nodes
     * down.
     *
     * @throws IllegalStateException if nodes or key are missing, or the key would leave this
     *     machine in plain text
     * @throws java.io.UncheckedIOException if a file for TLS cannot be read, or it or a text does
     *     not hold what it should; the message names the file
     */
    public KvClient build() {
      return GrpcKvClient.open(
          new ClientOptions(
              checkedNodes(),
              checkedSecurity(),
              requestTimeout(),
              maxInFlightOps,
              maxInFlightBytes,
              listeners));
    }
  }
}
