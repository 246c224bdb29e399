package io.relaykv.shell.bench;

import java.util.random.RandomGenerator;

/** Says which key comes next. Thread-safe. */
interface KeyChoice {
  /** The number of a key, from 0. */
  int next(RandomGenerator random);
}
