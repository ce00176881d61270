/** Statements of several callers on one connection, each after the one before it, as the driver asks for. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  /** What `statement` comes to, once all that was asked before has come to an end, well or not. */
  run<Result>(statement: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(statement);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
