import type { Queryable } from '../postgres/queryable.ts';
import type { Words } from '../signing/words.ts';

/** A mail that is about to leave, as its kind is asked about it. */
export type LeavingMail = {
  readonly mailId: string;
  readonly tenantId: string;
  readonly subject: string;
  readonly about: Words;
};

/** Whether a mail may leave; an instant: not before, and then it is asked again. */
export type MayLeave = boolean | Date;

/** Why mails are sent: every one is of a kind, which has the last word on each. */
export type MailKind = {
  /** Kebab-case: `consent-confirmation`. */
  readonly name: string;
  /**
   * Asked in a transaction while the server waits for the text: false, and it gets none. What is committed before is heard,
   * so that who withdrew meanwhile is not written to; what is committed after met a mail on its way.
   */
  mayStillLeave(tx: Queryable, mail: LeavingMail): Promise<MayLeave>;
};

/** The kinds that the service's modules offered. */
export class MailKinds {
  readonly #kinds = new Map<string, MailKind>();

  add(kind: MailKind): void {
    if (this.#kinds.has(kind.name)) throw new Error(`Two kinds of mails are called ${kind.name}.`);
    this.#kinds.set(kind.name, kind);
  }

  has(name: string): boolean {
    return this.#kinds.has(name);
  }

  /** Throws for one that nobody offered: its mails wait until somebody does. */
  of(name: string): MailKind {
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw new Error(`No mail of the kind ${name} is known here.`);
    return kind;
  }
}
