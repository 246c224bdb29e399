package io.relaykv.client.internal;

import io.relaykv.client.KeyPage;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** Goes through pages of keys and fetches each when it is needed. Not thread-safe. */
final class KeyPager implements Iterator<String> {
  /** From the key behind which the page begins to the page. */
  private final Function<String, KeyPage> pages;

  private Iterator<String> page = List.<String>of().iterator();
  private Optional<String> nextPage = Optional.of("");

  KeyPager(Function<String, KeyPage> pages) {
    this.pages = pages;
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && nextPage.isPresent()) {
      KeyPage fetched = pages.apply(nextPage.get());
      page = fetched.keys().iterator();
      nextPage = fetched.next();
    }
    return page.hasNext();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
