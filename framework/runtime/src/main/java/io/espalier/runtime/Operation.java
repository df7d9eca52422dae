package io.espalier.runtime;

import com.google.protobuf.Message;

/**
 * Something that can be asked for over the bus, by programs in this process at {@link #address}, by
 * bridges at its {@link Addresses#edge}, and over HTTP.
 *
 * @param address on the bus
 * @param method of HTTP
 * @param path of HTTP below {@code /api/v1}; a segment {@code :run} is the request's field of that
 *     name
 * @param request the default instance of the request's type
 * @param reply the default instance of the reply's type
 * @param summary one line for people
 */
public record Operation(
    String address, String method, String path, Message request, Message reply, String summary) {
  /** A name for it in documents, such as {@code runGet}. */
  public String id() {
    StringBuilder id = new StringBuilder();
    for (String word : address.substring(Addresses.PREFIX.length()).split("[.-]")) {
      id.append(id.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return id.toString();
  }
}
