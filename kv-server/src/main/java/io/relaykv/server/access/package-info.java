/** Who may do what: the keys that callers show, what they allow, and what is kept of refusals. */
@NullMarked
package io.relaykv.server.access;

import org.jspecify.annotations.NullMarked;
