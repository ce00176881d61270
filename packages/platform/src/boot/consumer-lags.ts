/** How far the service's own consumers are behind, for who must not decide on what is old. */
export class ConsumerLags {
  readonly #lagOf: (group: string) => Promise<number> | undefined;

  constructor(lagOf: (group: string) => Promise<number> | undefined) {
    this.#lagOf = lagOf;
  }

  /** Records the group has not handled yet; undefined while it has not started. Rejects while the log is away. */
  async of(group: string): Promise<number | undefined> {
    return this.#lagOf(group);
  }
}
