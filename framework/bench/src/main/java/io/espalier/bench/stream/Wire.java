package io.espalier.bench.stream;

import java.nio.ByteBuffer;

/** How the events of a run come over a connection: in which bytes they are found. */
interface Wire {
  /** Hears what is found. */
  interface Listener {
    /** The server answers. */
    void opened();

    void event(int seq);

    /** The run has ended; no event follows. */
    void ended();

    /** The server wants to know whether somebody is there. */
    void asked();
  }

  /** The lines of a request's head that ask for this wire. */
  String head();

  /** What a client answers when it is asked whether it is there. */
  ByteBuffer answer();

  /** Takes the next bytes. */
  void take(ByteBuffer bytes, Listener listener);
}
