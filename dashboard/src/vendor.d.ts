// The parts of the Vert.x event-bus bridge client that the dashboard uses; it comes without types.
declare module "@vertx/eventbus-bridge-client.js" {
  export interface BusMessage {
    readonly address: string;
    readonly body: unknown;
  }

  export interface BusFailure {
    readonly failureCode: number;
    readonly failureType: string;
    readonly message: string;
  }

  export type Callback = (failure: BusFailure | null, message?: BusMessage) => void;

  export default class EventBus {
    constructor(url: string, options?: Record<string, unknown>);
    onopen: (() => void) | undefined;
    onclose: (() => void) | undefined;
    onerror: (error: unknown) => void;
    onunhandled: (message: { readonly type?: string }) => void;
    send(address: string, body: unknown, callback: Callback): void;
    registerHandler(address: string, callback: Callback): void;
    unregisterHandler(address: string, callback: Callback): void;
    close(): void;
  }
}
