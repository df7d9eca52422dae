package io.espalier.engine;

/**
 * An operation that a batch runs as a whole, a cut of its own.
 *
 * @param before its position in the plan
 * @param operation that stands there
 */
record WholeBatch(int before, BatchOperation operation) implements Cut {
  @Override
  public int behind() {
    return before + 1;
  }
}
