// The connection to the gateway's event-bus bridge. It connects again for ever, with growing
// pauses, at once when the browser says that it is online again; subscriptions outlive it.
import EventBus, { type BusFailure, type Callback } from "@vertx/eventbus-bridge-client.js";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;
const CONNECT_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 10_000;

/** A request was answered with a failure. */
export class RequestFailed extends Error {}

type Listener = (body: unknown) => void;

interface Subscription {
  readonly listeners: Set<Listener>;
  readonly callback: Callback;
}

export class Bus {
  open = false;

  private bridge: EventBus | undefined;
  private pause = FIRST_PAUSE;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly connectionListeners = new Set<(open: boolean) => void>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly unanswered = new Set<(error: Error) => void>();

  constructor(private readonly url: string) {
    addEventListener("online", () => this.connectNow());
    this.connect();
  }

  /** Calls back on every change; tells at once if it is open now. */
  onConnection(listener: (open: boolean) => void): () => void {
    this.connectionListeners.add(listener);
    listener(this.open);
    return () => this.connectionListeners.delete(listener);
  }

  /** Hears what is published at the address, whenever there is a connection. */
  subscribe(address: string, listener: Listener): () => void {
    let subscription = this.subscriptions.get(address);
    if (!subscription) {
      subscription = newSubscription(address);
      this.subscriptions.set(address, subscription);
      if (this.open) {
        this.bridge!.registerHandler(address, subscription.callback);
      }
    }
    subscription.listeners.add(listener);
    return () => this.unsubscribe(address, listener);
  }

  private unsubscribe(address: string, listener: Listener): void {
    const subscription = this.subscriptions.get(address);
    if (subscription?.listeners.delete(listener) && subscription.listeners.size === 0) {
      this.subscriptions.delete(address);
      if (this.open) {
        this.bridge!.unregisterHandler(address, subscription.callback);
      }
    }
  }

  /**
   * Rejects with RequestFailed if the answer is a failure, else when the connection is lost. A
   * connection that does not answer in time is given up.
   */
  request<T>(address: string, body: object, timeoutMillis = REQUEST_TIMEOUT): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.open) {
        reject(new Error("There is no connection to the server."));
        return;
      }
      const settle = (): void => {
        clearTimeout(timeout);
        this.unanswered.delete(fail);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const timeout = setTimeout(() => {
        fail(new Error("The server does not answer."));
        // A connection that answers nothing may be dead without having been closed.
        this.drop();
      }, timeoutMillis);
      this.unanswered.add(fail);
      this.bridge!.send(address, body, (failure, message) => {
        if (failure) {
          fail(asError(failure));
        } else {
          settle();
          resolve(message?.body as T);
        }
      });
    });
  }

  private connect(): void {
    const bridge = new EventBus(this.url, {
      transports: ["websocket", "xhr-streaming", "xhr-polling"],
    });
    this.bridge = bridge;
    this.timer = setTimeout(() => this.drop(), CONNECT_TIMEOUT);
    bridge.onerror = (error) => console.warn("event bus:", error);
    // What was under way when a subscription ended, or an answer that came too late.
    bridge.onunhandled = (message) => {
      if (message.type === "err") {
        bridge.onerror(message);
      }
    };
    bridge.onopen = () => {
      if (bridge === this.bridge) {
        this.opened();
      }
    };
    bridge.onclose = () => {
      if (bridge === this.bridge) {
        this.closed();
      }
    };
  }

  private connectNow(): void {
    if (!this.bridge) {
      clearTimeout(this.timer);
      this.pause = FIRST_PAUSE;
      this.connect();
    }
  }

  private opened(): void {
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE;
    this.open = true;
    for (const [address, subscription] of this.subscriptions) {
      this.bridge!.registerHandler(address, subscription.callback);
    }
    this.tell();
  }

  private closed(): void {
    clearTimeout(this.timer);
    this.bridge = undefined;
    this.timer = setTimeout(() => this.connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    for (const fail of [...this.unanswered]) {
      fail(new Error("The connection to the server was lost."));
    }
    if (this.open) {
      this.open = false;
      this.tell();
    }
  }

  /** Gives a dead connection up without waiting for it to notice. */
  private drop(): void {
    const bridge = this.bridge;
    if (bridge) {
      this.closed();
      bridge.close();
    }
  }

  private tell(): void {
    for (const listener of [...this.connectionListeners]) {
      listener(this.open);
    }
  }
}

function newSubscription(address: string): Subscription {
  const listeners = new Set<Listener>();
  const callback: Callback = (failure, message) => {
    if (failure) {
      console.warn(`event bus, ${address}:`, failure.message);
    } else {
      [...listeners].forEach((listener) => listener(message?.body));
    }
  };
  return { listeners, callback };
}

function asError(failure: BusFailure): Error {
  return failure.failureType === "RECIPIENT_FAILURE"
    ? new RequestFailed(failure.message)
    : new Error(failure.message || `No answer (${failure.failureType}).`);
}
