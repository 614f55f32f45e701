// What can go wrong with one answer of a server, and what to do then.

/** "retry": ask the same address again, later, for the rest; "restart": ask it again from the first byte; "leave": ask the next address. */
export type Remedy = "retry" | "restart" | "leave";

/** A failed attempt; its message says why, without an address. */
export class Fault extends Error {
  override name = "Fault";
  /** @param remedy What to do next.
   *  @param reason Why, for the message.
   *  @param after ms that the server asks to wait. */
  constructor(
    readonly remedy: Remedy,
    reason: string,
    readonly after?: number,
  ) {
    super(reason);
  }
}
