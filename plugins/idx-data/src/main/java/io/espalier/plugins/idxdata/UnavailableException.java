package io.espalier.plugins.idxdata;

/** A place does not have the data set; the message says why, and the search goes on. */
final class UnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  UnavailableException(String reason) {
    super(reason);
  }

  UnavailableException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** Why, in a few words. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
