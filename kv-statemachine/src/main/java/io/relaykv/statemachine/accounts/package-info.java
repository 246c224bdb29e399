/** Accounts and API keys: who may read and write what. Replicated state, with a view in memory. */
@NullMarked
package io.relaykv.statemachine.accounts;

import org.jspecify.annotations.NullMarked;
