package io.relaykv.server.http;

/**
 * What the endpoints ask of the node, once per request and on several threads at a time; the
 * answers must not wait for other nodes.
 */
public interface NodeProbe {
  /** False once the node can only be helped by a restart. */
  boolean alive();

  /** Whether the node serves clients. */
  Readiness ready();

  /** The state of the node, and of the cluster as it knows it, as a JSON document. */
  String statusJson();
}
