// The follower against a log and a connection that misbehave in every way they can.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ticks, World } from "./world";

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

describe("a follower", () => {
  it("reads the log in batches", async () => {
    const world = new World(3);
    world.append(8);
    world.setOpen(true);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(8));
    expect(world.reads).toEqual([1, 4, 7]);
  });

  it("goes on with live messages", async () => {
    const world = new World();
    world.append(2);
    world.setOpen(true);
    await world.settle();
    world.append(2);
    world.deliver(0);
    world.deliver(0);
    expect(world.seqs()).toEqual(upTo(4));
    expect(world.lives).toEqual([false, false, true, true]);
    expect(world.reads).toEqual([1]);
  });

  it("keeps live messages that come before the log was read", async () => {
    const world = new World(100);
    world.append(3);
    world.setOpen(true);
    await ticks();
    world.append(2);
    world.deliver(0);
    world.deliver(0);
    expect(world.seqs()).toEqual([]);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(5));
  });

  it("puts messages in order", async () => {
    const world = new World();
    world.setOpen(true);
    await world.settle();
    world.append(3);
    world.deliver(2);
    world.deliver(1);
    world.deliver(0);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(3));
  });

  it("drops messages that come twice", async () => {
    const world = new World();
    world.setOpen(true);
    await world.settle();
    world.append(1);
    world.inFlight.push(world.inFlight[0]!, world.inFlight[0]!);
    await world.settle();
    expect(world.seqs()).toEqual([1]);
    expect(world.follower.redundant).toBe(2);
  });

  it("reads what a gap shows to be missing", async () => {
    const world = new World();
    world.setOpen(true);
    await world.settle();
    world.append(5);
    world.inFlight.splice(0, 4);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(5));
  });

  it("finds a lost last message by asking", async () => {
    const world = new World();
    world.setOpen(true);
    await world.settle();
    world.append(1);
    world.inFlight = [];
    await world.settle();
    expect(world.seqs()).toEqual([1]);
  });

  it("finds a lost last message when told how far the log goes", async () => {
    const world = new World();
    world.setOpen(true);
    await world.settle();
    world.append(1);
    world.inFlight = [];
    world.follower.hint(1);
    world.requests.splice(0).forEach((request) => request.answer());
    await ticks();
    expect(world.seqs()).toEqual([1]);
  });

  it("continues after a lost connection from where it was", async () => {
    const world = new World(100);
    world.setOpen(true);
    world.append(4);
    await world.settle();
    world.setOpen(false);
    world.append(4);
    world.reads = [];
    world.setOpen(true);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(8));
    expect(world.reads).toEqual([4]);
    expect(world.resets).toBe(0);
  });

  it("is not held up by a request of a lost connection", async () => {
    const world = new World();
    world.append(4);
    world.setOpen(true);
    await ticks();
    const lost = world.requests.splice(0);
    world.setOpen(false);
    world.setOpen(true);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(4));
    lost.forEach((request) => request.answer());
    await world.settle();
    expect(world.seqs()).toEqual(upTo(4));
  });

  it("tries again when a request fails", async () => {
    const world = new World();
    world.append(2);
    world.setOpen(true);
    for (let i = 0; i < 5; i++) {
      await ticks();
      world.requests.splice(0).forEach((request) => request.fail(new Error("busy")));
      await ticks();
      world.sleepers.splice(0).forEach((wake) => wake());
    }
    await world.settle();
    expect(world.seqs()).toEqual(upTo(2));
  });

  it("starts anew when the server lost its last records and wrote others", async () => {
    const world = new World();
    world.append(6);
    world.setOpen(true);
    await world.settle();
    world.setOpen(false);
    world.forget(2);
    world.append(5);
    world.setOpen(true);
    await world.settle();
    expect(world.applied).toEqual(world.log);
    expect(world.resets).toBe(1);
  });

  it("does not take a message for the next one before it knows the log to be the same", async () => {
    const world = new World();
    world.append(4);
    world.setOpen(true);
    await world.settle();
    world.setOpen(false);
    world.forget(2);
    world.append(2);
    world.setOpen(true);
    world.append(1);
    world.deliver(0);
    expect(world.seqs()).toEqual(upTo(4));
    await world.settle();
    expect(world.applied).toEqual(world.log);
    expect(world.resets).toBe(1);
  });

  it("ignores what a server answered before it crashed", async () => {
    const world = new World(100);
    world.append(4);
    world.setOpen(true);
    world.follower.hint(4);
    const late = world.requests.splice(0);
    world.setOpen(false);
    world.forget(2);
    world.append(2);
    world.setOpen(true);
    await ticks();
    late.forEach((request) => request.answer());
    await ticks();
    expect(world.seqs()).toEqual([]);
    await world.settle();
    expect(world.applied).toEqual(world.log);
  });

  it("starts anew when the log has become shorter", async () => {
    const world = new World();
    world.append(6);
    world.setOpen(true);
    await world.settle();
    world.setOpen(false);
    world.forget(2);
    world.setOpen(true);
    await world.settle();
    expect(world.seqs()).toEqual(upTo(4));
    expect(world.reads).toEqual([1, 4, 6, 1, 4]);
    world.append(1);
    await world.settle();
    expect(world.applied).toEqual(world.log);
  });

  it("gives up on a run that does not exist", async () => {
    const world = new World();
    world.missing = true;
    world.setOpen(true);
    await world.settle();
    expect(world.failure?.message).toBe("no such run");
  });

  it("does nothing after it was stopped", async () => {
    const world = new World();
    world.append(2);
    world.setOpen(true);
    await ticks();
    world.follower.stop();
    await world.settle();
    expect(world.seqs()).toEqual([]);
  });

  it("applies every event once and in order under any interleaving", async () => {
    const index = fc.nat({ max: 20 });
    const op = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant("append"), n: fc.integer({ min: 1, max: 4 }) }),
      },
      { weight: 6, arbitrary: fc.record({ do: fc.constant("deliver"), n: index }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("lose"), n: index }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("double"), n: index }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant("answer"), n: index }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("fail"), n: index }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("wake"), n: index }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("toggle"), n: index }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("crash"), n: fc.nat({ max: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("hint"), n: index }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 120 }), async (ops) => {
        const world = new World(3);
        for (const { do: what, n } of ops) {
          act(world, what, n);
          await ticks();
          expect(world.seqs()).toEqual(upTo(world.applied.length));
        }
        world.setOpen(true);
        await world.settle();
        expect(world.applied).toEqual(world.log);
        world.follower.stop();
      }),
      { numRuns: 500 },
    );
  });
});

function act(world: World, what: string, n: number): void {
  const take = <T>(list: T[]): T | undefined => list.splice(n % Math.max(1, list.length), 1)[0];
  switch (what) {
    case "append":
      return world.append(n);
    case "deliver":
      return world.deliver(n);
    case "lose":
      return void take(world.inFlight);
    case "double": {
      const event = world.inFlight[n % Math.max(1, world.inFlight.length)];
      return void (event && world.inFlight.push(event));
    }
    case "answer":
      return take(world.requests)?.answer();
    case "fail":
      return take(world.requests)?.fail(new Error("lost"));
    case "wake":
      return take(world.sleepers)?.();
    case "toggle":
      return world.setOpen(!world.isOpen());
    case "crash":
      // A server that crashes drops its connections and may lose its last records.
      world.setOpen(false);
      world.forget(n);
      return world.append(n > 1 ? n : 0);
    case "hint":
      return world.follower.hint(Math.min(n, world.log.length));
    default:
      throw new Error(what);
  }
}
