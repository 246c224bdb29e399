package io.relaykv.client;

/** What a client was asked to do. */
public enum OperationKind {
  /** {@link KvClient#get}. */
  GET,
  /** {@link KvClient#put(String, KvValue)}. */
  PUT,
  /** {@link KvClient#delete}. */
  DELETE,
  /** One page of {@link KvClient#keys(String)}. */
  KEYS,
  /** {@link KvClient#ping}. */
  PING
}
