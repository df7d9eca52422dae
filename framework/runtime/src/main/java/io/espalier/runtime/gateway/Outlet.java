package io.espalier.runtime.gateway;

import io.vertx.core.buffer.Buffer;

/** Where the events of a stream go to: one client. Called on its event loop. */
interface Outlet {
  /** How events are to be given. */
  EventForm form();

  /** Whether there is room for more; if not, what was given to {@link #listen} is told later. */
  boolean ready();

  /** Sends events in its form, which others may share. */
  void send(Buffer events);

  /**
   * Finds out whether the client still is there, as far as the transport can tell.
   *
   * @return false if it has not answered for long
   */
  boolean check();

  /**
   * @param drained called when there is room again
   * @param closed called once, when the client is gone
   */
  void listen(Runnable drained, Runnable closed);

  /** Ends in order, once all that was sent has left. */
  void finish(End end, String reason);

  /** Why a stream ends. */
  enum End {
    RUN_FINISHED,
    FAILED,
    GATEWAY_ENDS
  }
}
