package io.relaykv.client;

/** How much a node logs: what is at least so important. */
public enum LogLevel {
  /** Only failures. */
  ERROR,
  /** What an operator should look at. */
  WARN,
  /** What the node does. */
  INFO,
  /** How it does it. */
  DEBUG,
  /** Every step. */
  TRACE
}
